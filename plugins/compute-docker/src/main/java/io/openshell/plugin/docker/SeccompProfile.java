package io.openshell.plugin.docker;

import io.openshell.plugin.docker.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The filter that an engine puts on a container's first process: a list of what is allowed, made from the table {@code
 * seccomp-calls.txt}. The engines' own lists differ by their versions and know no Landlock in some; without capabilities
 * this one allows less than they do.
 */
final class SeccompProfile {

    /** {@code CLONE_NEWNS}, {@code NEWCGROUP}, {@code NEWUTS}, {@code NEWIPC}, {@code NEWUSER}, {@code NEWPID}, {@code NEWNET}. */
    private static final long CLONE_NAMESPACES = 0x7e02_0000L;

    /** Of {@code unshare} only: in {@code clone} this bit belongs to the number of a signal. */
    private static final long CLONE_NEWTIME = 0x80L;

    private static final int ENOSYS = 38;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** The launcher asks the kernel who owns a connection; the agent's filter has no such family. */
    private static final int AF_NETLINK = 16;

    /**
     * Entries of other architectures are fatal, 32-bit ones too. Numbers of x32 come by the same entry as others; left out
     * here, they would be fatal too, and are refused by the agent's filter.
     */
    private static final List<Object> ARCHITECTURES = List.of(
            Map.of("architecture", "SCMP_ARCH_X86_64", "subArchitectures", List.of("SCMP_ARCH_X32")),
            Map.of("architecture", "SCMP_ARCH_AARCH64", "subArchitectures", List.of()));

    private static final String JSON = made();

    private SeccompProfile() {}

    /** The profile as JSON, in the form that both engines read. Put together once, when it is first asked for. */
    static String json() {
        return JSON;
    }

    private static String made() {
        List<Map<String, Object>> rules = new ArrayList<>();
        rules.add(allow(calls()));
        rules.add(allowIf("clone", masked(CLONE_NAMESPACES)));
        rules.add(allowIf("unshare", masked(CLONE_NAMESPACES | CLONE_NEWTIME)));
        for (int family : List.of(AF_UNIX, AF_INET, AF_INET6, AF_NETLINK)) {
            rules.add(allowIf("socket", equal(family)));
        }
        for (int family : List.of(AF_UNIX, AF_INET, AF_INET6)) {
            rules.add(allowIf("socketpair", equal(family)));
        }
        // Its flags are in memory, where no filter sees them; libraries fall back to clone.
        rules.add(Map.of("names", List.of("clone3"), "action", "SCMP_ACT_ERRNO", "errnoRet", ENOSYS));
        return JsonText.of(Map.of("defaultAction", "SCMP_ACT_ERRNO", "archMap", ARCHITECTURES, "syscalls", rules));
    }

    /** The names in the table. */
    static List<String> calls() {
        try (InputStream table = SeccompProfile.class.getResourceAsStream("seccomp-calls.txt")) {
            if (table == null) {
                throw new IllegalStateException("seccomp-calls.txt: not in this jar");
            }
            List<String> names = new ArrayList<>();
            for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.startsWith("#")) {
                    names.addAll(List.of(line.split(" ", -1)));
                }
            }
            names.removeIf(String::isEmpty);
            return List.copyOf(names);
        } catch (IOException e) {
            throw new IllegalStateException("seccomp-calls.txt: unreadable", e);
        }
    }

    private static Map<String, Object> allow(List<String> names) {
        return Map.of("names", names, "action", "SCMP_ACT_ALLOW");
    }

    private static Map<String, Object> allowIf(String name, Map<String, Object> condition) {
        return Map.of("names", List.of(name), "action", "SCMP_ACT_ALLOW", "args", List.of(condition));
    }

    private static Map<String, Object> masked(long forbidden) {
        return Map.of("index", 0, "value", forbidden, "valueTwo", 0, "op", "SCMP_CMP_MASKED_EQ");
    }

    private static Map<String, Object> equal(int value) {
        return Map.of("index", 0, "value", value, "op", "SCMP_CMP_EQ");
    }
}
