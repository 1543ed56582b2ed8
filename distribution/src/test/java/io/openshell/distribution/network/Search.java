package io.openshell.distribution.network;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for canaries in files and in other processes, and remembers where it found one, and how much it has looked at. */
final class Search {

    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (r\\S{3}) \\S+ (\\S+) \\d+\\s*(.*)");
    private static final int PIECE = 1 << 20;
    private static final int PAGE = 4096;
    private static final int PAGEMAP_ENTRY = 8;

    /** In a page's entry: it is in memory, or swapped out. */
    private static final long THERE = 3L << 62;

    private final Canary canary;
    private final Set<String> found = new TreeSet<>();
    private long bytes;

    Search(Canary canary) {
        this.canary = canary;
    }

    /** Where something was found, and in what form. */
    Set<String> found() {
        return found;
    }

    /** How much was looked at. */
    long bytes() {
        return bytes;
    }

    /** A text. */
    void text(String where, String text) {
        look(where, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Every regular file of a tree, and every name in it, on one file system. */
    void tree(Path root, Set<Path> except) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                text(directory.toString(), directory.toString());
                return except.contains(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                text(file.toString(), file.toString());
                if (attributes.isRegularFile() && !except.contains(file)) {
                    look(file.toString(), Files.readAllBytes(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What the kernel tells of a process: variables, command line, mappings and the like. */
    void process(long pid) throws IOException {
        for (String name : List.of("environ", "cmdline", "maps", "status", "mountinfo", "comm", "stat", "limits")) {
            Path file = Path.of("/proc", Long.toString(pid), name);
            look(file.toString(), Files.readAllBytes(file));
        }
    }

    /** All memory of a process, mapping by mapping, as far as it is there at all. */
    void memory(long pid) throws IOException {
        Path home = Path.of("/proc", Long.toString(pid));
        List<String> mappings = Files.readAllLines(home.resolve("maps"));
        try (RandomAccessFile memory = new RandomAccessFile(home.resolve("mem").toFile(), "r");
                RandomAccessFile pages =
                        new RandomAccessFile(home.resolve("pagemap").toFile(), "r")) {
            for (String mapping : mappings) {
                Matcher matcher = MAPPING.matcher(mapping);
                if (matcher.matches() && !matcher.group(5).startsWith("[v")) {
                    long begin = Long.parseUnsignedLong(matcher.group(1), 16);
                    long end = Long.parseUnsignedLong(matcher.group(2), 16);
                    mapping(home + " " + matcher.group(5), memory, pages, begin, end);
                }
            }
        }
    }

    private void mapping(String where, RandomAccessFile memory, RandomAccessFile pages, long begin, long end)
            throws IOException {
        int overlap = canary.longest();
        byte[] piece = new byte[PIECE + overlap];
        int kept = 0;
        for (long at = begin; at < end; ) {
            int length = (int) Math.min(PIECE, end - at);
            int there = present(pages, at, length);
            if (there == 0) {
                kept = 0;
                at += length;
                continue;
            }
            memory.seek(at);
            int read;
            try {
                read = memory.read(piece, kept, length);
            } catch (IOException unreadable) {
                return;
            }
            if (read <= 0) {
                return;
            }
            byte[] all = java.util.Arrays.copyOf(piece, kept + read);
            look(where, all);
            kept = Math.min(overlap, all.length);
            System.arraycopy(all, all.length - kept, piece, 0, kept);
            at += read;
        }
    }

    private static int present(RandomAccessFile pages, long at, int length) throws IOException {
        byte[] entries = new byte[Math.max(1, length / PAGE) * PAGEMAP_ENTRY];
        pages.seek(at / PAGE * PAGEMAP_ENTRY);
        pages.readFully(entries);
        var numbers = java.nio.ByteBuffer.wrap(entries)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        int present = 0;
        while (numbers.hasRemaining()) {
            present += (numbers.get() & THERE) == 0 ? 0 : 1;
        }
        return present;
    }

    private void look(String where, byte[] content) {
        bytes += content.length;
        for (String form : canary.in(content)) {
            found.add(where + ": " + form);
        }
    }

    /** Processes by descent. */
    static List<Long> descendants(ProcessHandle process) {
        List<Long> all = new ArrayList<>();
        process.descendants().forEach(it -> all.add(it.pid()));
        return all;
    }
}
