package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.core.event.ConfigEvents;
import io.openshell.core.event.ConfigState;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.Fact;
import io.openshell.core.event.FindingEvents;
import io.openshell.core.event.LifecycleEvents;
import io.openshell.core.event.ProcessEvents;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.Severity;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Skipped.What;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.libc.Errno;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The events of one sandbox's life. */
final class SandboxLog {

    private static final String APP = "openshell-supervisor";
    private static final String AGENT = "agent";

    /** The launcher's step that only somebody who is not root needs. */
    private static final String USER_NAMESPACE = "user namespace";

    private final EventSink events;
    private final LifecycleEvents lifecycle;
    private final ConfigEvents config;
    private final FindingEvents findings;
    private final ProcessEvents processes;

    SandboxLog(EventSink events, SandboxInfo sandbox, InstantSource clock) {
        this.events = events;
        this.lifecycle = new LifecycleEvents(sandbox, clock);
        this.config = new ConfigEvents(sandbox, clock);
        this.findings = new FindingEvents(sandbox, clock);
        this.processes = new ProcessEvents(sandbox, clock);
    }

    void starting(String driver, Policy policy, List<String> addedPaths) {
        events.emit(lifecycle.started(APP, new Fact("driver", driver)));
        events.emit(config.policyLoaded("Policy loaded", SandboxPolicy.FIRST_GENERATION, policy.hash()));
        if (!addedPaths.isEmpty()) {
            events.emit(config.of(
                    ConfigState.OTHER,
                    "Enriched policy with baseline filesystem paths for proxy mode",
                    new Fact("paths", String.join(",", addedPaths))));
        }
    }

    /** Told before the launcher begins, so that what was asked for is on record if it fails. */
    void applyingLandlock(int abi, Policy policy, Launch launch) {
        if (abi == 0) {
            return;
        }
        Fact[] facts = {
            new Fact("abi", "v" + abi),
            new Fact("compat", policy.landlock().spelling()),
            Fact.of("ro", launch.readOnly().size()),
            Fact.of("rw", launch.readWrite().size())
        };
        events.emit(config.of(ConfigState.DETECTED, "Landlock filesystem sandbox available", facts));
        events.emit(config.of(ConfigState.OTHER, "Applying Landlock filesystem sandbox", facts));
    }

    /**
     * What the launcher has put in force, and what it could not.
     *
     * @param added paths that the policy does not have
     */
    void built(Ready ready, Attestation attestation, Policy policy, List<String> added) {
        landlockBuilt(ready, new Fact("compat", policy.landlock().spelling()));
        ready.skipped().forEach(skipped -> skipped(skipped, added));
        ready.steps().stream()
                .filter(step -> step.name().equals(USER_NAMESPACE))
                .forEach(step -> events.emit(config.of(
                        ConfigState.OTHER,
                        "Running without root: on the machine, the agent is the user who runs this, with its groups; "
                                + step.detail())));
        if (!ready.bypassesUnseen().isEmpty()) {
            events.emit(findings.detected(
                    Severity.LOW,
                    "Proxy bypass detection unavailable",
                    "connections without the proxy are refused as ever, but will not be on record",
                    new Fact("type", "bypass-detect-unavailable"),
                    new Fact("error", ready.bypassesUnseen())));
        }
        events.emit(config.of(
                ConfigState.VALIDATED,
                "Sandbox attestation passed",
                Fact.of("attempts", attestation.attempts().size()),
                Fact.of("not_applicable", attestation.notApplicable()),
                new Fact("took", attestation.took().toMillis() + "ms")));
        events.emit(lifecycle.reached("openshell-sandbox", new Fact("status", "ready")));
    }

    private void landlockBuilt(Ready ready, Fact compat) {
        if (ready.landlockUnavailable()) {
            events.emit(findings.detected(
                    Severity.HIGH,
                    "Landlock filesystem sandbox unavailable",
                    "the kernel does not enforce the policy's paths; only the private root does; " + landlock(ready),
                    new Fact("type", "landlock-unavailable"),
                    compat));
        } else {
            events.emit(config.of(
                    ConfigState.ENABLED,
                    "Landlock ruleset built",
                    new Fact("abi", "v" + ready.landlockAbi()),
                    compat,
                    Fact.of("rules_applied", ready.readOnlyRules() + ready.readWriteRules()),
                    Fact.of("skipped", skippedRules(ready)),
                    Fact.of("ro", ready.readOnlyRules()),
                    Fact.of("rw", ready.readWriteRules())));
        }
    }

    private static long skippedRules(Ready ready) {
        return ready.skipped().stream()
                .filter(skipped -> skipped.what() == What.RULE)
                .count();
    }

    /** In the launcher's words. */
    private static String landlock(Ready ready) {
        return ready.steps().stream()
                .filter(step -> step.name().equals("landlock"))
                .map(Step::detail)
                .findFirst()
                .orElse("not applied");
    }

    /** The kernel does not refuse what the sandbox declares, or the proof of it did not come to an end. */
    void attestationFailed(String text) {
        events.emit(findings.blocked(
                Severity.CRITICAL, "Sandbox attestation failed", text, new Fact("type", "sandbox-attestation")));
    }

    /** The one way in which a workdir reaches beyond itself, so it is told each time. */
    void rootsWorkdir(Path workdir) {
        events.emit(findings.suspected(
                Severity.MEDIUM,
                "Working directory belongs to root",
                "what the agent writes there belongs to root; a set-user-ID file among it would run as root for whoever"
                        + " on this machine can reach it",
                new Fact("type", "workdir-owner"),
                new Fact("path", workdir.toString())));
    }

    void limited(Resources inForce) {
        Fact[] facts = Stream.of(Limit.values())
                .flatMap(limit ->
                        SandboxLimits.number(inForce, limit).map(value -> new Fact(name(limit), value)).stream())
                .toArray(Fact[]::new);
        if (facts.length > 0) {
            events.emit(config.of(ConfigState.ENABLED, "Resource limits applied", facts));
        }
    }

    /**
     * Of little weight where nobody asked for it.
     *
     * @param problem why, and what to do
     */
    void notLimited(Limit limit, String problem, boolean wanted) {
        events.emit(config.of(
                wanted ? Severity.MEDIUM : Severity.LOW,
                ConfigState.FAILED,
                "Resource limit not applied: " + problem,
                new Fact("limit", name(limit))));
    }

    void limitReached(String limit, String detail, long times) {
        events.emit(findings.blocked(
                Severity.MEDIUM,
                "Resource limit reached",
                detail,
                new Fact("type", "resource-limit"),
                new Fact("limit", limit),
                Fact.of("times", times)));
    }

    void limitsUnknown(String reason) {
        events.emit(config.of(ConfigState.FAILED, "Resource limits could not be looked at", new Fact("error", reason)));
    }

    void resumed(long generation, Policy policy) {
        events.emit(lifecycle.reached(APP, new Fact("status", "resumed")));
        events.emit(config.policyLoaded("Policy loaded", generation, policy.hash()));
    }

    /** From now on a supervisor that comes back will refuse executables that it does not know. */
    void trustNotKept() {
        events.emit(findings.suspected(
                Severity.MEDIUM,
                "Trust on first use no longer fits what is kept",
                "more executables were seen than can be kept; a supervisor that comes back refuses those that it does not"
                        + " know",
                new Fact("type", "trust-not-kept")));
    }

    void violation(String text) {
        events.emit(findings.blocked(
                Severity.HIGH, "Binary integrity violation", text, new Fact("type", "binary-integrity")));
    }

    void launched(long pid, String program) {
        events.emit(processes.launched(AGENT, pid, program));
    }

    void launchFailed(String program, String reason) {
        events.emit(processes.launchFailed(AGENT, program, reason));
    }

    void exited(long pid, int exitCode) {
        events.emit(processes.exited(AGENT, pid, exitCode));
    }

    void timedOut(long pid, long seconds) {
        events.emit(processes.timedOut(AGENT, pid, seconds));
    }

    void startFailed(String reason) {
        events.emit(lifecycle.startFailed(APP, reason));
    }

    void leftBehind(String reason) {
        events.emit(findings.detected(
                Severity.MEDIUM, "Sandbox could not be removed", reason, new Fact("type", "workload-left")));
    }

    void died(String reason) {
        events.emit(lifecycle.died("openshell-sandbox", reason));
    }

    void stopped() {
        events.emit(lifecycle.stopped(APP));
    }

    private static String name(Limit limit) {
        return limit.name().toLowerCase(Locale.ROOT);
    }

    private void skipped(Skipped skipped, List<String> added) {
        if (skipped.what() == What.TCP_LIMIT) {
            events.emit(findings.detected(
                    Severity.HIGH,
                    "TCP is not limited to the proxy by Landlock",
                    skipped.reason(),
                    new Fact("type", "landlock-tcp-unavailable")));
            return;
        }
        // A path that is not there is nothing to tell: policies name what some machines have.
        if (skipped.errno() == Errno.ENOENT) {
            return;
        }
        String message = skipped.what() == What.RULE
                ? "Skipping inaccessible Landlock path (best-effort)"
                : "Skipping inaccessible path (best-effort)";
        Fact path = new Fact("path", skipped.path());
        Fact error = new Fact("error", skipped.reason());
        if (added.contains(skipped.path())) {
            events.emit(config.of(ConfigState.FAILED, message, path, error));
        } else {
            events.emit(findings.detected(
                    Severity.HIGH,
                    message,
                    "what it holds is out of the agent's reach: " + skipped.reason(),
                    new Fact("type", "landlock-path-unavailable"),
                    path,
                    error));
        }
    }
}
