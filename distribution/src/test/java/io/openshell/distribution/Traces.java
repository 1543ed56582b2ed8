package io.openshell.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a run could leave on this machine.
 *
 * @param mounts the lines of the mount table
 * @param interfaces the network interfaces
 * @param folders control directories, wherever they are made
 */
public record Traces(List<String> mounts, Set<String> interfaces, Set<String> folders) {

    private static final Path PROC = Path.of("/proc");

    public Traces {
        mounts = List.copyOf(mounts);
        interfaces = Set.copyOf(interfaces);
        folders = Set.copyOf(folders);
    }

    /** What is there now, with the runtime directory of one account. */
    public static Traces now(Path runtime) throws IOException {
        Set<String> folders = new TreeSet<>();
        for (Path base : List.of(runtime, Path.of("/run"), Path.of("/tmp"))) {
            for (String name : Objects.requireNonNullElse(base.toFile().list(), new String[0])) {
                if (name.startsWith("openshell-") && !name.startsWith("openshell-host")) {
                    folders.add(base.resolve(name).toString());
                }
            }
        }
        Set<String> interfaces = new TreeSet<>(List.of(Objects.requireNonNull(new File("/sys/class/net").list())));
        return new Traces(Files.readAllLines(Path.of("/proc/self/mountinfo")), interfaces, folders);
    }

    /** Processes of this distribution: its Java, its launchers, and what has a word in its command line. */
    public static List<String> processes(String word) throws IOException {
        return find(process -> executable(process).equals(Openshell.LAUNCHER)
                || commandLine(process).contains(word)
                || commandLine(process).contains("-Dopenshell.home=" + Openshell.HOME + "\0"));
    }

    /** The namespaces of processes that are not ours. */
    public static Set<String> foreignNamespaces(Stream<ProcessHandle> processes) {
        Set<String> found = new TreeSet<>();
        processes.forEach(process -> found.addAll(namespaces(PROC.resolve(Long.toString(process.pid())))));
        found.removeAll(namespaces(PROC.resolve("self")));
        return found;
    }

    /** Processes that are in one of some namespaces. */
    public static List<String> processesIn(Set<String> namespaces) throws IOException {
        return find(process -> namespaces(process).stream().anyMatch(namespaces::contains));
    }

    private static Set<String> namespaces(Path process) {
        Set<String> found = new TreeSet<>();
        for (String kind : List.of("net", "mnt", "pid", "user", "ipc", "uts")) {
            found.add(link(process.resolve("ns").resolve(kind)));
        }
        found.remove("");
        return found;
    }

    private static List<String> find(Predicate<Path> what) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : entries.toList()) {
                String name = String.valueOf(entry.getFileName());
                if (name.matches("\\d+")
                        && !name.equals(Long.toString(ProcessHandle.current().pid()))
                        && what.test(entry)) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private static String executable(Path process) {
        return link(process.resolve("exe"));
    }

    /** Empty for what ended meanwhile. */
    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
