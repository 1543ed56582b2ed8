package io.openshell.plugin.local.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** One control group: a folder whose files are the kernel's. */
record GroupFolder(Path path) {

    private static final String MEMBERS = "cgroup.procs";

    boolean exists() {
        return Files.isDirectory(path);
    }

    boolean has(String file) {
        return Files.exists(path.resolve(file));
    }

    boolean isWritable(String file) {
        return Files.isWritable(path.resolve(file));
    }

    void create() throws IOException {
        Files.createDirectory(path);
    }

    /** Each write is one call, which the kernel takes or refuses as a whole. */
    void write(String file, String value) throws IOException {
        Files.writeString(path.resolve(file), value, StandardOpenOption.WRITE);
    }

    String read(String file) throws IOException {
        return Files.readString(path.resolve(file)).strip();
    }

    /** The words of a file. */
    Set<String> words(String file) throws IOException {
        return Set.copyOf(List.of(read(file).split("\\s+")));
    }

    /** A number by its name, where a file has a name and a number a line. */
    long count(String file, String name) throws IOException {
        for (String line : read(file).split("\n")) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 2 && words[0].equals(name)) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }

    /** Takes a process and whatever it will start. */
    void join(long pid) throws IOException {
        write(MEMBERS, Long.toString(pid));
        if (!words(MEMBERS).contains(Long.toString(pid))) {
            throw new IOException("the process is not in it");
        }
    }

    boolean isEmpty() throws IOException {
        return read(MEMBERS).isEmpty();
    }

    /** Removes it, unless a process is in it: then it stays. Gone already is fine. */
    boolean remove() {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            return !exists();
        }
    }
}
