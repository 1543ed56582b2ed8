package io.openshell.distribution.life;

import io.openshell.distribution.Openshell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Names for what is different in each run: processes, namespaces, pipes, sockets, paths. */
final class PostureNames {

    private static final int STAT_PARENT = 1;
    private static final int STAT_GROUP = 2;
    private static final int STAT_SESSION = 3;

    private final Path folder;
    private final Map<String, Long> processes;
    private final Map<String, String> numbers = new LinkedHashMap<>();
    private final Set<String> ownGroups;
    private final Map<String, TreeSet<String>> pipes = new LinkedHashMap<>();
    private final Map<String, String> sockets = new LinkedHashMap<>();

    PostureNames(Path folder, Map<String, Long> processes) {
        this.folder = folder;
        this.processes = new LinkedHashMap<>(processes);
        List<String> own = PostureProcess.stat(ProcFile.own("stat").text());
        this.ownGroups = Set.copyOf(new TreeSet<>(List.of(own.get(STAT_SESSION), own.get(STAT_GROUP))));
        long supervisor = Objects.requireNonNull(processes.get("supervisor"));
        numbers.put(PostureProcess.stat(ProcFile.of(supervisor, "stat").text()).get(STAT_PARENT), "the starter");
        processes.forEach((name, pid) -> {
            numbers.put(Long.toString(pid), name);
            ends(name, pid);
            sockets.putAll(PostureSockets.of(pid));
        });
        ends("test", ProcessHandle.current().pid());
    }

    private void ends(String name, long pid) {
        for (String number : ProcFile.of(pid, "fd").names()) {
            // The test's own descriptors include the one that this list was read with.
            String what = ProcFile.of(pid, "fd/" + number).linkIfThere().orElse("");
            if (what.startsWith("pipe:")) {
                boolean writes = PostureDescriptors.mode(pid, number).startsWith("w");
                pipes.computeIfAbsent(what, unused -> new TreeSet<>()).add((writes ? "from " : "to ") + name);
            }
        }
    }

    /** A process by its number: one of the run, or what started it, or one that no name is known for. */
    String process(String number) {
        return numbers.getOrDefault(number, number);
    }

    /**
     * A group or a session by its number as the test sees it: one of the run, or the test's, which is 0 if it came from
     * outside the test's process namespace, or one that no name is known for.
     */
    String group(String number) {
        return ownGroups.contains(number) ? "the test's" : process(number);
    }

    /** Who is in the same namespace. */
    String namespace(String kind, String link) {
        if (ProcFile.own("ns/" + kind).link().equals(link)) {
            return "the test's";
        }
        // What stands for the children of a process is the namespace of the same kind of others.
        String plain = kind.replace("_for_children", "");
        return processes.entrySet().stream()
                .filter(each ->
                        ProcFile.of(each.getValue(), "ns/" + plain).link().equals(link))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" "));
    }

    /** A process of the run. */
    long pid(String name) {
        return Objects.requireNonNull(processes.get(name), name);
    }

    /** The other end of a pipe. */
    String pipe(String what, String mode) {
        String other = mode.startsWith("w") ? "to " : "from ";
        List<String> ends = new ArrayList<>(pipes.getOrDefault(what, new TreeSet<>()));
        ends.removeIf(end -> !end.startsWith(other));
        return "pipe " + (ends.isEmpty() ? other + "nobody" : String.join(" ", ends));
    }

    /** What a socket is; empty if it is in no table of the kernel's, as one that has no address yet. */
    Optional<String> socket(String what) {
        return Optional.ofNullable(sockets.get(what));
    }

    /** A path without what differs from machine to machine and from run to run. */
    String path(String path) {
        return path.replace(Openshell.HOME.toString(), "{openshell}")
                .replace(realJavaHome(), "{jdk}")
                .replace(folder.toString(), "{folder}")
                .replaceAll("openshell-\\d+-\\d+-\\d+-[0-9a-f]+/", "openshell-{run}/")
                .replaceAll("^/dev/pts/\\d+$", "a terminal")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d", "{date}")
                .replaceAll("linux-(x86-64|aarch64)", "{architecture}");
    }

    private static String realJavaHome() {
        try {
            return Path.of(System.getProperty("java.home")).toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
