package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.Policy;
import io.openshell.proxy.sandbox.PolicyGeneration;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.ResolvedPath;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** The policy in force in one sandbox, with the symbolic links of its executables followed inside it. Thread-safe. */
final class SandboxPolicy implements Supplier<PolicyGeneration> {

    static final long FIRST_GENERATION = 1;

    private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(10);

    private volatile InForce inForce;

    private SandboxPolicy(InForce inForce) {
        this.inForce = inForce;
    }

    /**
     * A policy that is in force, or about to be.
     *
     * @param generation the policy, with its links followed
     * @param links where the links of its executables lead
     */
    record InForce(PolicyGeneration generation, Map<String, List<String>> links) {
        InForce {
            links = Map.copyOf(links);
        }

        private static InForce of(Policy policy, long number, Map<String, List<String>> links) {
            Policy resolved = policy.withSymlinks(path -> links.getOrDefault(path, List.of()));
            return new InForce(new PolicyGeneration(number, resolved), links);
        }
    }

    /** Puts a policy in force; blocks while the launcher follows links. */
    static SandboxPolicy of(Policy policy, LauncherConnection launcher) throws IOException, InterruptedException {
        Map<String, List<String>> links = resolve(policy.exactBinaryPaths(), launcher);
        return of(policy, FIRST_GENERATION, links);
    }

    /** Puts a policy in force again, with its links as they were: the agent may have changed them since. */
    static SandboxPolicy of(Policy policy, long generation, Map<String, List<String>> links) {
        return new SandboxPolicy(InForce.of(policy, generation, links));
    }

    /**
     * What would be in force next; blocks while the launcher follows links. Those that are known stay as they are, for the agent
     * may have changed them since.
     */
    InForce next(Policy policy, LauncherConnection launcher) throws IOException, InterruptedException {
        InForce now = inForce;
        Set<String> added = new TreeSet<>(policy.exactBinaryPaths());
        added.removeAll(now.generation().policy().exactBinaryPaths());
        Map<String, List<String>> links = new HashMap<>(now.links());
        links.keySet().retainAll(policy.exactBinaryPaths());
        links.putAll(resolve(added, launcher));
        return InForce.of(policy, now.generation().number() + 1, links);
    }

    /** Puts it in force, at once and as a whole. */
    void adopt(InForce next) {
        inForce = next;
    }

    /** Where the links of its executables lead. */
    Map<String, List<String>> links() {
        return inForce.links();
    }

    @Override
    public PolicyGeneration get() {
        return inForce.generation();
    }

    private static Map<String, List<String>> resolve(Set<String> paths, LauncherConnection launcher)
            throws IOException, InterruptedException {
        Map<String, List<String>> targets = new HashMap<>();
        if (paths.isEmpty()) {
            return targets;
        }
        try {
            for (ResolvedPath path :
                    launcher.resolve(List.copyOf(paths), RESOLVE_TIMEOUT).get().paths()) {
                if (path.ok() && path.target().startsWith("/")) {
                    targets.put(path.original(), List.of(path.target()));
                }
            }
            return targets;
        } catch (ExecutionException e) {
            throw new IOException("policy: links of binaries could not be followed: " + e.getCause(), e);
        }
    }
}
