package io.openshell.distribution.life;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything that the kernel says of one process and that says how it is confined, as text. */
final class PostureProcess {

    /** Files of one value, or of a few numbers. */
    static final List<String> FILES = List.of(
            "oom_score_adj",
            "coredump_filter",
            "personality",
            "timerslack_ns",
            "setgroups",
            "uid_map",
            "gid_map",
            "projid_map",
            "loginuid",
            "sessionid",
            "cgroup");

    /** Fields of stat after the name. */
    private static final int STAT_TERMINAL = 4;

    private static final int STAT_FOREGROUND_GROUP = 5;
    private static final int STAT_NICE = 16;
    private static final int STAT_REAL_TIME_PRIORITY = 37;
    private static final int STAT_POLICY = 38;

    /** Beside the agent, which is looked at itself. */
    private static final Set<String> IN_THE_AGENTS_ROOT = Set.of("outer", "init", "child");

    private final String name;
    private final long pid;
    private final PostureNames names;
    private final List<String> lines = new ArrayList<>();

    private PostureProcess(String name, long pid, PostureNames names) {
        this.name = name;
        this.pid = pid;
        this.names = names;
    }

    static List<String> lines(String name, long pid, PostureNames names) {
        PostureProcess process = new PostureProcess(name, pid, names);
        process.render();
        return process.lines;
    }

    private void render() {
        boolean isJava = name.equals("supervisor");
        boolean inUserNamespace = !ProcFile.of(pid, "ns/user")
                .link()
                .equals(ProcFile.own("ns/user").link());
        List<String> status = PostureStatus.of(ProcFile.of(pid, "status"), names, inUserNamespace);
        section(
                "status",
                isJava
                        ? status.stream()
                                .filter(line -> !line.startsWith("Threads:"))
                                .toList()
                        : status);
        section("threads", threads(status, inUserNamespace));
        section(
                "namespaces",
                ProcFile.of(pid, "ns").names().stream()
                        .map(kind -> kind + ": "
                                + names.namespace(
                                        kind, ProcFile.of(pid, "ns/" + kind).link()))
                        .toList());
        section("descriptors", PostureDescriptors.of(pid, names, !isJava));
        section("limits", limits());
        section("process", process());
        section("environment", environment());
        section("mounts", mounts());
    }

    private void section(String title, List<String> content) {
        lines.add("[" + title + "]");
        lines.addAll(content);
    }

    /** Each thread has credentials, a filter and namespaces of its own, which need not be its process's. */
    private List<String> threads(List<String> status, boolean inUserNamespace) {
        Set<String> different = new LinkedHashSet<>();
        for (String thread : ProcFile.of(pid, "task").names()) {
            List<String> others =
                    PostureStatus.of(ProcFile.of(pid, "task/" + thread + "/status"), names, inUserNamespace);
            List<String> lacks = new ArrayList<>(PostureStatus.common(others));
            lacks.removeAll(PostureStatus.common(status));
            different.addAll(lacks);
            for (String kind : ProcFile.of(pid, "ns").names()) {
                if (!ProcFile.of(pid, "ns/" + kind)
                        .link()
                        .equals(ProcFile.of(pid, "task/" + thread + "/ns/" + kind)
                                .link())) {
                    different.add(kind + " namespace");
                }
            }
        }
        return different.isEmpty() ? List.of("all alike") : List.copyOf(different);
    }

    /** A limit that is the test's was left as it was found; that on core dumps is never left so. */
    private List<String> limits() {
        List<String> own = ProcFile.own("limits").lines();
        return ProcFile.of(pid, "limits").lines().stream()
                .skip(1)
                .map(line -> own.contains(line) && !line.startsWith("Max core file size")
                        ? line.substring(0, 26).strip() + ": the test's"
                        : line.replaceAll("\\s+", " ").strip())
                .toList();
    }

    private List<String> process() {
        List<String> found = new ArrayList<>();
        for (String file : FILES) {
            Optional<String> value = ProcFile.of(pid, file).ifThere();
            value.ifPresent(text -> found.add((file + ": " + compared(file, text)).strip()));
        }
        List<String> stat = stat(ProcFile.of(pid, "stat").text());
        found.add("terminal: " + (stat.get(STAT_TERMINAL).equals("0") ? "none" : "controlling"));
        found.add("foreground group: " + names.group(stat.get(STAT_FOREGROUND_GROUP)));
        found.add("nice: " + stat.get(STAT_NICE));
        found.add("priority: " + stat.get(STAT_REAL_TIME_PRIORITY));
        found.add("policy: " + stat.get(STAT_POLICY));
        // The user itself if it is dumpable, else root, or whoever is root in the user namespace.
        found.add("owner of /proc/PID/environ: " + ProcFile.of(pid, "environ").owner());
        for (String link : List.of("exe", "root", "cwd")) {
            found.add(link + ": " + names.path(ProcFile.of(pid, link).link()));
        }
        return found;
    }

    /** Below a control group of the test's, a sandbox has one of its own, of those kinds that root may make here. */
    private static String compared(String file, String text) {
        String own = ProcFile.own(file).text();
        if (text.equals(own)) {
            return "the test's";
        }
        String cut = text.replaceAll("(?m)/?openshell-box-[0-9a-f]+$", "").replaceAll("(?m):$", ":/");
        return file.equals("cgroup") && cut.equals(own)
                ? "its own, below the test's"
                : text.strip().replaceAll("\\s+", " ");
    }

    private List<String> mounts() {
        List<String> found = PostureMounts.of(pid, names);
        boolean same = IN_THE_AGENTS_ROOT.contains(name) && found.equals(PostureMounts.of(names.pid("agent"), names));
        return same ? List.of("those of the agent") : found;
    }

    private List<String> environment() {
        return Arrays.stream(ProcFile.of(pid, "environ").text().split("\0"))
                .filter(variable -> !variable.isEmpty())
                .map(variable -> variable.replaceFirst("=.*", ""))
                .sorted()
                .toList();
    }

    /** The fields of stat that follow the name, which may have any character in it: state, parent, group, session. */
    static List<String> stat(String text) {
        return List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
    }
}
