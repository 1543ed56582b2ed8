package io.openshell.supervisor.sandbox;

import io.openshell.core.event.ConfigEvents;
import io.openshell.core.event.ConfigState;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.Fact;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.policy.PolicyProblem;
import java.time.InstantSource;
import java.util.List;

/** The events of policies that are to take over in a sandbox that runs. */
final class PolicyLog {

    private final EventSink events;
    private final ConfigEvents config;

    PolicyLog(EventSink events, SandboxInfo sandbox, InstantSource clock) {
        this.events = events;
        this.config = new ConfigEvents(sandbox, clock);
    }

    void changed(String name, long inForce) {
        events.emit(config.of(
                ConfigState.DETECTED, "Policy change detected", new Fact("policy", name), Fact.of("version", inForce)));
    }

    void replaced(long generation, String hash, List<PolicyProblem> warnings) {
        warnings.forEach(warning -> problem(ConfigState.VALIDATED, "Policy warning", warning));
        events.emit(config.policyLoaded("Policy reloaded successfully", generation, hash));
    }

    void same(long inForce, String hash) {
        events.emit(config.of(
                ConfigState.VALIDATED,
                "Policy means the same as before",
                Fact.of("version", inForce),
                new Fact("hash", hash)));
    }

    void invalid(List<PolicyProblem> problems, long inForce) {
        problems.forEach(problem -> problem(ConfigState.FAILED, "Policy refused", problem));
        notReplaced("invalid, with " + problems.size() + (problems.size() == 1 ? " problem" : " problems"), inForce);
    }

    /** @param differences in what cannot change while a sandbox runs */
    void fixed(List<String> differences, long inForce) {
        differences.forEach(difference -> events.emit(config.of(
                ConfigState.FAILED,
                "Policy refused: cannot be changed on a live sandbox (applied at startup): " + difference)));
        notReplaced("only network_policies can change while a sandbox runs", inForce);
    }

    /** What was in force stays in force. */
    void notReplaced(String reason, long inForce) {
        events.emit(config.of(ConfigState.FAILED, "Policy not reloaded: " + reason, Fact.of("version", inForce)));
    }

    private void problem(ConfigState state, String what, PolicyProblem problem) {
        events.emit(config.of(
                state,
                what + ": " + problem.message(),
                new Fact("place", problem.file() + ":" + problem.line() + ":" + problem.column()),
                new Fact("path", problem.path())));
    }
}
