package io.openshell.plugin.local;

import io.openshell.api.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel says of itself under {@code /proc}, compared with what a sandbox needs. Landlock is not among it:
 * whether a sandbox may do without is the policy's to say.
 */
final class KernelCheck {

    /** Mounts with attributes of their own, which the private root is made of. */
    private static final int NEEDED_MAJOR = 5;

    private static final int NEEDED_MINOR = 12;

    private static final Pattern RELEASE = Pattern.compile("^(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern EFFECTIVE_USER = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");

    private final Path proc;

    KernelCheck(Path proc) {
        this.proc = proc;
    }

    /** What is missing, and what to do about it. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        checkRelease(problems);
        checkNamespaces(problems);
        checkUserNamespaces(problems);
        checkSeccomp(problems);
        return problems;
    }

    private void checkRelease(List<Problem> problems) {
        String release = read(proc.resolve("sys/kernel/osrelease")).orElse("unknown");
        Matcher version = RELEASE.matcher(release);
        boolean fits = version.matches()
                && (Integer.parseInt(version.group(1)) > NEEDED_MAJOR
                        || (Integer.parseInt(version.group(1)) == NEEDED_MAJOR
                                && Integer.parseInt(version.group(2)) >= NEEDED_MINOR));
        if (!fits) {
            problems.add(new Problem(
                    "kernel",
                    "kernel: " + release.strip() + " (expected: Linux " + NEEDED_MAJOR + "." + NEEDED_MINOR
                            + " or newer)"));
        }
    }

    private void checkNamespaces(List<Problem> problems) {
        for (String kind : List.of("net", "mnt", "pid", "ipc", "uts")) {
            if (!Files.exists(proc.resolve("self/ns/" + kind))) {
                problems.add(new Problem(
                        "namespaces", kind + " namespaces: none (expected: a kernel that is built with them)"));
            }
        }
    }

    /** Root makes namespaces by itself; anybody else needs a user namespace for it. */
    private void checkUserNamespaces(List<Problem> problems) {
        if (isRoot()) {
            return;
        }
        if (read(proc.resolve("sys/user/max_user_namespaces"))
                .map(String::strip)
                .equals(Optional.of("0"))) {
            problems.add(new Problem(
                    "user namespaces",
                    "user.max_user_namespaces: 0 (expected: more; as root: sysctl user.max_user_namespaces=10000, or run"
                            + " as root)"));
        }
        requireOff(problems, "kernel/unprivileged_userns_clone", "0", "1");
        requireOff(problems, "kernel/apparmor_restrict_unprivileged_userns", "1", "0");
    }

    private void requireOff(List<Problem> problems, String setting, String bad, String good) {
        if (read(proc.resolve("sys/" + setting)).map(String::strip).equals(Optional.of(bad))) {
            String name = setting.replace('/', '.');
            problems.add(new Problem(
                    "user namespaces",
                    name + ": " + bad + " (expected: " + good + "; as root: sysctl " + name + "=" + good
                            + ", or run as root)"));
        }
    }

    private void checkSeccomp(List<Problem> problems) {
        String actions = read(proc.resolve("sys/kernel/seccomp/actions_avail")).orElse("");
        if (!actions.contains("errno") || !actions.contains("kill_process")) {
            problems.add(new Problem(
                    "seccomp", "seccomp filters: not offered (expected: a kernel with CONFIG_SECCOMP_FILTER)"));
        }
    }

    private boolean isRoot() {
        Matcher user = EFFECTIVE_USER.matcher(read(proc.resolve("self/status")).orElse(""));
        return user.find() && user.group(1).equals("0");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            // Not there, or not for us to read: nothing is known then.
            return Optional.empty();
        }
    }
}
