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
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** The policy in force in one sandbox, with the symbolic links of its executables followed inside it. */
final class SandboxPolicy implements Supplier<PolicyGeneration> {

    static final long FIRST_GENERATION = 1;

    private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(10);

    private final PolicyGeneration generation;

    private final Map<String, List<String>> links;

    private SandboxPolicy(PolicyGeneration generation, Map<String, List<String>> links) {
        this.generation = generation;
        this.links = Map.copyOf(links);
    }

    /** Puts a policy in force; blocks while the launcher follows links. */
    static SandboxPolicy of(Policy policy, LauncherConnection launcher) throws IOException, InterruptedException {
        List<String> paths = List.copyOf(policy.exactBinaryPaths());
        Map<String, List<String>> targets = paths.isEmpty() ? Map.of() : resolve(paths, launcher);
        return of(policy, FIRST_GENERATION, targets);
    }

    /** Puts a policy in force again, with its links as they were: the agent may have changed them since. */
    static SandboxPolicy of(Policy policy, long generation, Map<String, List<String>> links) {
        Policy resolved = policy.withSymlinks(path -> links.getOrDefault(path, List.of()));
        return new SandboxPolicy(new PolicyGeneration(generation, resolved), links);
    }

    /** Where the links of its executables lead. */
    Map<String, List<String>> links() {
        return links;
    }

    @Override
    public PolicyGeneration get() {
        return generation;
    }

    private static Map<String, List<String>> resolve(List<String> paths, LauncherConnection launcher)
            throws IOException, InterruptedException {
        Map<String, List<String>> targets = new HashMap<>();
        try {
            for (ResolvedPath path :
                    launcher.resolve(paths, RESOLVE_TIMEOUT).get().paths()) {
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
