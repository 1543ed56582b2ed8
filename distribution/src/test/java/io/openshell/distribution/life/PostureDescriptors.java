package io.openshell.distribution.life;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a process has open. */
final class PostureDescriptors {

    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int ACCESS = 3;
    private static final int STANDARD = 3;

    /** For which the kernel shows how it was opened first, not whether this descriptor stays open. */
    private static final String TERMINAL = "a terminal";

    /** What each event loop of the JVM has, and how many event loops there are is the machine's processors' to say. */
    private static final List<String> EVENT_LOOP = List.of("rw eventpoll", "rw eventfd", "rw timerfd");

    private PostureDescriptors() {}

    /**
     * One line for each.
     *
     * @param numbered with their numbers; else, in a JVM, only the first three have them and the rest is sorted and counted.
     *     A JVM closes what it has open when it starts a program, so there it is left out what stays open
     */
    static List<String> of(long pid, PostureNames names, boolean numbered) {
        List<String> lines = new ArrayList<>();
        Map<String, Integer> others = new TreeMap<>();
        List<String> numbers = new ArrayList<>(ProcFile.of(pid, "fd").names());
        numbers.sort(Comparator.comparing(Integer::valueOf));
        for (String number : numbers) {
            String mode = mode(pid, number);
            String what = what(pid, number, mode, names);
            if (numbered || Integer.parseInt(number) < STANDARD) {
                lines.add(number + " " + (what.equals(TERMINAL) ? mode.split(" ")[0] : mode) + " " + what);
            } else {
                others.merge(
                        mode.split(" ")[0] + " " + what.replaceFirst("/(lib|plugins)/.*\\.jar$", "/$1/*.jar"),
                        1,
                        Integer::sum);
            }
        }
        if (others.keySet().containsAll(EVENT_LOOP)
                && EVENT_LOOP.stream().map(others::get).distinct().count() == 1) {
            others.keySet().removeAll(EVENT_LOOP);
            lines.add("for each event loop: " + String.join(", ", EVENT_LOOP));
        }
        others.forEach((line, count) -> lines.add(line.endsWith(".jar") || count == 1 ? line : count + " x " + line));
        return lines;
    }

    /** How it is open: {@code r}, {@code w}, {@code rw}, and whether it stays open when another program is executed. */
    static String mode(long pid, String number) {
        int flags = Integer.parseInt(field(pid, number, "flags"), 8);
        String access = switch (flags & ACCESS) {
            case 0 -> "r";
            case 1 -> "w";
            default -> "rw";
        };
        return access + ((flags & CLOSE_ON_EXEC) == 0 ? " inherited" : "");
    }

    private static String field(long pid, String number, String name) {
        return ProcFile.of(pid, "fdinfo/" + number).lines().stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static String what(long pid, String number, String mode, PostureNames names) {
        String target = ProcFile.of(pid, "fd/" + number).link();
        if (target.startsWith("pipe:")) {
            return names.pipe(target, mode);
        }
        if (target.startsWith("socket:")) {
            return names.path(names.socket(target).orElseGet(() -> PostureSockets.protocol(pid, number)));
        }
        if (target.matches("[a-z]+:\\[\\d+]")) {
            String kind = target.substring(0, target.indexOf(':'));
            return kind + " namespace of: " + names.namespace(kind, target);
        }
        if (target.equals("anon_inode:[signalfd]")) {
            return "signalfd " + PostureStatus.signals(field(pid, number, "sigmask"));
        }
        return names.path(target).replaceFirst("^anon_inode:\\[([a-z_-]+)]$", "$1");
    }
}
