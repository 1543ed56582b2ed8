package io.openshell.distribution.life;

import io.openshell.distribution.Openshell;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes of one run, each the only child of the one before it: a further one is an error. */
final class PostureProcesses {

    /** From the outside in. */
    static final List<String> NAMES = List.of("supervisor", "broker", "outer", "init", "agent", "child");

    private PostureProcesses() {}

    /**
     * Finds them.
     *
     * @param started what the test has started: the supervisor, or something around it
     */
    static Map<String, Long> of(ProcessHandle started) {
        Map<String, Long> processes = new LinkedHashMap<>();
        ProcessHandle at = started;
        while (!isSupervisor(at)) {
            at = onlyChild(at);
        }
        for (String name : NAMES) {
            processes.put(name, at.pid());
            if (!name.equals("child")) {
                at = onlyChild(at);
            }
        }
        if (at.children().findAny().isPresent()) {
            throw new AssertionError("the child has children");
        }
        return processes;
    }

    /** Whether it is the distribution's Java. */
    static boolean isSupervisor(ProcessHandle process) {
        return ProcFile.of(process.pid(), "cmdline")
                        .ifThere()
                        .orElse("")
                        .contains("-Dopenshell.home=" + Openshell.HOME + "\0")
                && Path.of(ProcFile.of(process.pid(), "exe").linkIfThere().orElse(""))
                        .endsWith("bin/java");
    }

    private static ProcessHandle onlyChild(ProcessHandle process) {
        List<ProcessHandle> children = process.children().toList();
        if (children.size() != 1) {
            throw new AssertionError(process.pid() + " has the children " + children + " (expected: one)");
        }
        return children.getFirst();
    }
}
