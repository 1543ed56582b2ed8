package io.openshell.supervisor.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which paths of a container are the image's own. What is mounted there is not, whoever has mounted it, nor are the
 * kernel's folders and {@code /run}. Landlock's rules hold for all that lies beneath a path, so a folder with a mount in it
 * is taken apart into what else is in it.
 *
 * @param foreign what is not the image's
 * @param opened the folders that are to be taken apart, in order
 */
record ImagePaths(Set<String> foreign, List<String> opened) {

    /** What a policy says for all that is the image's own. */
    static final String ROOT = "/";

    private static final List<String> KERNELS = List.of("/proc", "/sys", "/dev", "/run");

    /** Of proc_pid_mountinfo(5): the place is the fifth, with an octal number for each character that would end it. */
    private static final int PLACE = 4;

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    ImagePaths {
        foreign = Set.copyOf(foreign);
        opened = List.copyOf(opened);
    }

    /**
     * Of a container with these mounts.
     *
     * @param mountinfo the kernel's list, as ISO 8859-1
     * @param shown what the agent sees anyway, with all that lies beneath it
     */
    static ImagePaths of(String mountinfo, Collection<String> shown) {
        Set<String> foreign = new TreeSet<>(KERNELS);
        mountinfo
                .lines()
                .map(ImagePaths::place)
                .filter(place -> !place.equals(ROOT))
                .forEach(foreign::add);
        Set<String> opened = new TreeSet<>(Set.of(ROOT));
        for (String place : foreign) {
            for (String folder = parent(place); !folder.equals(ROOT); folder = parent(folder)) {
                opened.add(folder);
            }
        }
        opened.removeIf(
                folder -> isBeneathAny(folder, foreign) || (isBeneathAny(folder, shown) && !folder.equals(ROOT)));
        return new ImagePaths(foreign, List.copyOf(opened));
    }

    /** Those of the found paths that the agent is to see. */
    List<String> own(Collection<String> found) {
        return found.stream()
                .filter(path -> !foreign.contains(path) && !opened.contains(path))
                .toList();
    }

    private static String place(String line) {
        String[] fields = line.split(" ", -1);
        return fields.length <= PLACE ? ROOT : unescaped(fields[PLACE]);
    }

    private static String unescaped(String place) {
        String bytes = OCTAL.matcher(place)
                .replaceAll(
                        octal -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8))));
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    private static boolean isBeneathAny(String path, Collection<String> folders) {
        return folders.stream().anyMatch(folder -> path.equals(folder) || path.startsWith(folder + "/"));
    }
}
