package io.openshell.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the launcher finds when it tries the kernel's features.
 *
 * @param launcher the launcher that was asked
 * @param features feature name to {@code yes}, a number, or {@code no: reason}; empty if it could not be asked
 * @param failure why it could not be asked; empty if it was
 */
record KernelProbe(Path launcher, Map<String, String> features, String failure) {

    private static final long SECONDS = 10;

    /** Features that every local sandbox needs, and what to do without. */
    private static final Map<String, String> NEEDED = Map.of(
            "seccomp_filter", "Use a kernel with CONFIG_SECCOMP_FILTER.",
            "pid_namespace", "Use a kernel with CONFIG_PID_NS, and a container that permits it.",
            "mount_namespace", "Inside a container, permit mounts (SYS_ADMIN), or run on the machine itself.",
            "net_namespace", "Use a kernel with CONFIG_NET_NS, and a container that permits it.",
            "veth", "Load the module: modprobe veth.",
            "overlayfs", "Load the module: modprobe overlay. Without root, kernel 5.11 or newer is needed.");

    private static final String USER_NAMESPACE = "user_namespace";

    /** Features that somebody who is not root has in a user namespace only. */
    private static final Set<String> WITHIN_USER_NAMESPACE =
            Set.of("pid_namespace", "mount_namespace", "net_namespace", "veth", "overlayfs", "idmapped_mount");

    static KernelProbe of(Path launcher) {
        if (!Files.isExecutable(launcher)) {
            return new KernelProbe(launcher, Map.of(), "not found (expected: an executable)");
        }
        try {
            Process process = new ProcessBuilder(launcher.toString(), "--probe")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                return new KernelProbe(launcher, Map.of(), "--probe did not end well");
            }
            Map<String, String> features = parse(text);
            return features.keySet().containsAll(NEEDED.keySet())
                    ? new KernelProbe(launcher, features, "")
                    : new KernelProbe(launcher, Map.of(), "--probe did not answer (expected: OpenShell's launcher)");
        } catch (IOException e) {
            return new KernelProbe(launcher, Map.of(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new KernelProbe(launcher, Map.of(), "interrupted");
        }
    }

    static Map<String, String> parse(String text) {
        Map<String, String> features = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                features.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return features;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch")));
        if (!failure.isEmpty()) {
            findings.add(Finding.missing(
                    "launcher", launcher + ": " + failure, "Build the distribution: ./mvnw -DskipTests package."));
            return findings;
        }
        boolean blocked = needsUserNamespace()
                && features.getOrDefault(USER_NAMESPACE, "").startsWith("no");
        features.forEach((name, value) -> findings.add(
                blocked && WITHIN_USER_NAMESPACE.contains(name)
                        ? Finding.weak(name, "not known", "Is looked at where there is a user namespace, see above.")
                        : finding(name, value)));
        return findings;
    }

    private Finding finding(String name, String value) {
        boolean works = !value.startsWith("no");
        return switch (name) {
            case "landlock_abi" -> landlock(value);
            case "uid" -> user(value);
            case USER_NAMESPACE, "user_namespace_unprivileged" -> userNamespace(name, value);
            case "idmapped_mount" ->
                works
                        ? Finding.ok(name, value)
                        : Finding.weak(
                                name,
                                value,
                                "Needed as root for --workdir: kernel 5.12 or newer, and a file system that supports it.");
            default ->
                works || !NEEDED.containsKey(name)
                        ? Finding.ok(name, value)
                        : Finding.missing(name, value, NEEDED.getOrDefault(name, ""));
        };
    }

    private static Finding landlock(String value) {
        return value.startsWith("no") || value.equals("0")
                ? Finding.weak(
                        "landlock_abi",
                        value,
                        "Kernel 5.13 or newer with 'landlock' in its lsm= list. Until then 'run' refuses policies with"
                                + " landlock.compatibility: hard_requirement, and warns for best_effort.")
                : Finding.ok("landlock_abi", value);
    }

    private static Finding user(String uid) {
        return uid.equals("0")
                ? Finding.ok("uid", uid)
                : Finding.weak(
                        "uid",
                        uid,
                        "Without root, 'run' uses a user namespace: on the machine the agent is this user, with its"
                                + " groups; process.run_as_user is a name inside only. As root it is a user of its own.");
    }

    private boolean needsUserNamespace() {
        return !"0".equals(features.get("uid"));
    }

    private Finding userNamespace(String name, String value) {
        boolean needed = needsUserNamespace();
        if (!value.startsWith("no")) {
            return Finding.ok(name, value);
        }
        int cause = value.indexOf("; ");
        String remedy = cause < 0 ? "Run as root." : value.substring(cause + 2) + ".";
        String reason = cause < 0 ? value : value.substring(0, cause);
        return needed ? Finding.missing(name, reason, remedy) : Finding.weak(name, reason, remedy);
    }
}
