package io.openshell.distribution.life;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a process of a run must be like: a text of the test resources, without what this kernel has no line for. */
final class PostureExpectation {

    private PostureExpectation() {}

    /**
     * Reads it.
     *
     * @param configuration where a process is written down that is not as in the usual one
     * @param usual where all processes are
     */
    static List<String> of(String configuration, String usual, String process) throws IOException {
        try (InputStream own = open(configuration, process);
                InputStream other = open(usual, process)) {
            InputStream in = own == null ? other : own;
            return in == null
                    ? List.of()
                    : ofThisKernel(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    private static @Nullable InputStream open(String configuration, String process) {
        return PostureExpectation.class.getResourceAsStream("/life/posture/" + configuration + "/" + process + ".txt");
    }

    /** An older kernel has fewer lines, kinds of namespaces and files; a newer one's more are for whoever sees them first. */
    private static List<String> ofThisKernel(List<String> lines) {
        List<String> status = ProcFile.own("status").lines().stream()
                .map(line -> line.replaceFirst(":.*", ""))
                .toList();
        List<String> namespaces = ProcFile.own("ns").names();
        List<String> files = ProcFile.own("").names();
        List<String> kept = new ArrayList<>();
        String section = "";
        for (String line : lines) {
            String name = line.replaceFirst(":.*", "");
            section = line.startsWith("[") ? line : section;
            boolean known = switch (section) {
                case "[status]" -> status.contains(name);
                case "[namespaces]" -> namespaces.contains(name);
                case "[process]" -> !PostureProcess.FILES.contains(name) || files.contains(name);
                default -> true;
            };
            if (known || line.equals(section)) {
                kept.add(line);
            }
        }
        return kept;
    }
}
