package io.openshell.plugin.local.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted hierarchy of control groups, as a line of {@code /proc/self/mountinfo} has it (proc_pid_mountinfo(5)).
 *
 * @param point where it is mounted
 * @param root which of its groups the mount point shows
 * @param unified whether it is of version 2
 * @param options of the file system; for version 1 its controllers are among them
 */
record Mount(Path point, String root, boolean unified, Set<String> options) {

    private static final String SEPARATOR = " - ";
    private static final int ROOT = 3;
    private static final int POINT = 4;
    private static final int OCTAL_DIGITS = 3;

    /** All hierarchies, in the order of the table. Lines that are something else, or make no sense, are left out. */
    static List<Mount> parse(String mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : mountinfo.split("\n")) {
            parseLine(line).ifPresent(mounts::add);
        }
        return List.copyOf(mounts);
    }

    private static Optional<Mount> parseLine(String line) {
        // The fields before it are of any number, and none of them holds a space.
        int separator = line.indexOf(SEPARATOR);
        if (separator < 0) {
            return Optional.empty();
        }
        String[] mount = line.substring(0, separator).split(" ");
        String[] system = line.substring(separator + SEPARATOR.length()).split(" ");
        if (mount.length <= POINT || system.length == 0 || !system[0].matches("cgroup2?")) {
            return Optional.empty();
        }
        String point = unescape(mount[POINT]);
        if (!point.startsWith("/") || point.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return Optional.of(new Mount(
                Path.of(point),
                unescape(mount[ROOT]),
                system[0].equals("cgroup2"),
                Set.copyOf(List.of(system[system.length - 1].split(",")))));
    }

    /** Spaces, tabs, line ends, backslashes and hashes stand there as three octal digits. */
    private static String unescape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String digits = i + OCTAL_DIGITS < text.length() ? text.substring(i + 1, i + 1 + OCTAL_DIGITS) : "";
            if (c == '\\' && digits.matches("[0-3][0-7]{2}")) {
                out.append((char) Integer.parseInt(digits, 8));
                i += OCTAL_DIGITS;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
