package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.Limits.Unmet;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.Workload.State;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what an engine says of a container, in the form that both have in common. */
final class WorkloadReader {

    private static final double NANOS = 1e9;
    private static final int SIGNALS = 128;
    private static final int KILLED = SIGNALS + 9;
    private static final int TERMINATED = SIGNALS + 15;

    private WorkloadReader() {}

    /** The sandbox's workload, if this container is one. */
    static Optional<Workload> read(Json container) throws IOException {
        Map<String, String> labels = container.at("Config").at("Labels").texts();
        String sandbox = labels.get(SandboxLabels.ID);
        if (sandbox == null || !SandboxLabels.OPENSHELL.equals(labels.get(SandboxLabels.MANAGED_BY))) {
            return Optional.empty();
        }
        Json state = container.at("State");
        return Optional.of(new Workload(
                sandbox,
                container.at("Id").requiredText("Id"),
                state(state),
                detail(state, SandboxLabels.asked(labels)),
                limits(SandboxLabels.asked(labels), container.at("HostConfig"), state)));
    }

    /** Whether it was made and then forgotten before it was started. */
    static boolean isHalfMade(Json container) throws IOException {
        return state(container.at("State")) == State.STARTING;
    }

    /** The process without which nobody wants it, if there is one. */
    static Optional<OwnerProcess> owner(Json container) throws IOException {
        return Optional.ofNullable(container.at("Config").at("Labels").texts().get(SandboxLabels.OWNER))
                .map(OwnerProcess::new);
    }

    private static State state(Json state) throws IOException {
        if (state.at("Running").flag()) {
            return State.RUNNING;
        }
        return switch (state.at("Status").text().orElse("")) {
            case "created", "configured", "initialized" -> error(state).isPresent() ? State.FAILED : State.STARTING;
            case "restarting", "running", "paused" -> State.RUNNING;
            case "dead" -> State.FAILED;
            default -> endedAsAsked(state) ? State.STOPPED : State.FAILED;
        };
    }

    /** By itself with success, or because somebody asked it to end. */
    private static boolean endedAsAsked(Json state) throws IOException {
        long status = state.at("ExitCode").number().orElse(0L);
        return !state.at("OOMKilled").flag() && error(state).isEmpty() && (status == 0 || status == TERMINATED);
    }

    private static Optional<String> error(Json state) throws IOException {
        return state.at("Error").text().map(Failures::oneLine);
    }

    private static String detail(Json state, Resources asked) throws IOException {
        if (state.at("Running").flag()) {
            return state.at("Paused").flag() ? "paused" : "";
        }
        if (error(state).isPresent()) {
            return error(state).get();
        }
        if (state.at("OOMKilled").flag()) {
            return "killed by the kernel: out of memory (expected: less use, or a higher --memory)";
        }
        long status = state.at("ExitCode").number().orElse(0L);
        if (status == 0) {
            return "";
        }
        // Podman does not always know why.
        if (status == KILLED && asked.memoryBytes() != null) {
            return "ended by signal 9: from outside, or by the kernel because memory ran out (limit: "
                    + asked.memoryBytes() + " bytes)";
        }
        return status > SIGNALS ? "ended by signal " + (status - SIGNALS) : "ended with status " + status;
    }

    private static Limits limits(Resources asked, Json host, Json state) throws IOException {
        Long pids = positive(host.at("PidsLimit"));
        Long memory = positive(host.at("Memory"));
        Long nanos = positive(host.at("NanoCpus"));
        Resources inForce = new Resources(
                asked.pids() == null || pids == null ? null : Integer.valueOf(Math.toIntExact(pids)),
                asked.memoryBytes() == null ? null : memory,
                asked.cpus() == null || nanos == null ? null : Double.valueOf(nanos / NANOS));
        List<Unmet> unmet = new ArrayList<>();
        addUnmet(unmet, Limit.PIDS, asked.pids(), inForce.pids());
        addUnmet(unmet, Limit.MEMORY, asked.memoryBytes(), inForce.memoryBytes());
        addUnmet(unmet, Limit.CPU, asked.cpus(), inForce.cpus());
        boolean outOfMemory = state.at("OOMKilled").flag() && inForce.memoryBytes() != null;
        return new Limits(inForce, unmet, outOfMemory ? Map.of(Limit.MEMORY, 1L) : Map.of());
    }

    private static @Nullable Long positive(Json number) throws IOException {
        return number.number().filter(value -> value > 0).orElse(null);
    }

    private static void addUnmet(List<Unmet> unmet, Limit limit, @Nullable Number asked, @Nullable Number inForce) {
        if (asked != null && inForce == null) {
            unmet.add(new Unmet(
                    limit,
                    "the engine has no control group for it",
                    "run the engine as root, or give its user the controllers of version 2"));
        }
    }
}
