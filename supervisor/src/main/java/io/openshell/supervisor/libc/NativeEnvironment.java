package io.openshell.supervisor.libc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * This process's environment where the kernel put it, and out of Java's reach: Java would copy every variable into
 * strings that nobody can overwrite, the first time that anything asks for one or starts a process. JNA does so when it
 * is first used, which is why this goes through {@code /proc/self/mem}. What was taken is read where it lies, a variable
 * at a time, and can be overwritten there: in this process's memory, and in what {@code /proc} shows of it.
 *
 * <p>Any thread may read. Taking and overwriting is for the thread that starts the program.
 */
public final class NativeEnvironment {

    private static final Path STATUS = Path.of("/proc/self/stat");
    private static final String MEMORY = "/proc/self/mem";

    /** Counted from the state, which follows the name: numbers 50 and 51 of proc_pid_stat(5). */
    private static final int ENV_START = 47;

    private static final int ENV_END = 48;

    /** Of each name, where the values of its entries lie: the first is the one that counts. */
    private final Map<String, List<Place>> values;

    private NativeEnvironment(Map<String, List<Place>> values) {
        this.values = values;
    }

    /** Where a value lies in memory. */
    private record Place(long address, int length) {}

    /**
     * Takes the environment: from now on Java, the C library and programs that are started see those variables alone
     * that stay. The others end before their values: an entry without {@code =} is nobody's. To be called before anything
     * has asked Java for a variable.
     *
     * @param staying which names stay: of variables that hold no secret and are needed by others
     * @throws IOException if the environment cannot be found or changed
     */
    public static NativeEnvironment take(Predicate<String> staying) throws IOException {
        String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
        long start = Long.parseLong(fields[ENV_START]);
        long end = Long.parseLong(fields[ENV_END]);
        if (start == 0 || end < start) {
            throw new IOException(STATUS + ": no place of the environment (expected: as of Linux 3.5)");
        }
        byte[] block = new byte[Math.toIntExact(end - start)];
        try (RandomAccessFile memory = new RandomAccessFile(MEMORY, "rw")) {
            memory.seek(start);
            memory.readFully(block);
            return new NativeEnvironment(hide(block, start, memory, staying));
        } finally {
            Arrays.fill(block, (byte) 0);
        }
    }

    private static Map<String, List<Place>> hide(
            byte[] block, long start, RandomAccessFile memory, Predicate<String> staying) throws IOException {
        Map<String, List<Place>> values = new LinkedHashMap<>();
        for (int at = 0; at < block.length; ) {
            int end = indexOf(block, (byte) 0, at, block.length);
            int equals = indexOf(block, (byte) '=', at, end);
            if (equals > at && equals < end) {
                String name = new String(block, at, equals - at, StandardCharsets.UTF_8);
                values.computeIfAbsent(name, unused -> new ArrayList<>())
                        .add(new Place(start + equals + 1, end - equals - 1));
                if (!staying.test(name)) {
                    memory.seek(start + equals);
                    memory.write(0);
                }
            }
            at = end + 1;
        }
        return values;
    }

    private static int indexOf(byte[] block, byte wanted, int from, int end) {
        int at = from;
        while (at < end && block[at] != wanted) {
            at++;
        }
        return at;
    }

    /** The names of all variables. */
    public Set<String> names() {
        return Set.copyOf(values.keySet());
    }

    /** A variable's value as text; bytes that are no UTF-8 are replaced. For what is no secret. */
    public Optional<String> text(String name) {
        return bytes(name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** A variable's value, as a copy that the caller overwrites; without a value after it was erased. */
    public Optional<byte[]> bytes(String name) {
        return Optional.ofNullable(values.get(name)).map(List::getFirst).map(NativeEnvironment::read);
    }

    private static byte[] read(Place place) {
        byte[] bytes = new byte[place.length()];
        try (RandomAccessFile memory = new RandomAccessFile(MEMORY, "r")) {
            memory.seek(place.address());
            memory.readFully(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(MEMORY, e);
        }
        // Overwritten with zeros, which end a value.
        int length = indexOf(bytes, (byte) 0, 0, bytes.length);
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Overwrites a variable's value, wherever it occurs; it is empty from now on. */
    public void erase(String name) {
        for (Place value : values.getOrDefault(name, List.of())) {
            try (RandomAccessFile memory = new RandomAccessFile(MEMORY, "rw")) {
                memory.seek(value.address());
                memory.write(new byte[value.length()]);
            } catch (IOException e) {
                throw new UncheckedIOException(MEMORY, e);
            }
        }
    }

    /** Prints no variable. */
    @Override
    public String toString() {
        return values.size() + " variables";
    }
}
