package io.openshell.api.compute;

/** A change that a watch reports. */
public sealed interface WorkloadEvent {

    /** A workload is there, or is different from before. */
    record Seen(Workload workload) implements WorkloadEvent {}

    /** A workload is gone. */
    record Gone(String sandboxId) implements WorkloadEvent {}

    /** The watch lost sight of the platform and has begun again: {@link Seen} follows for all that exists. */
    record Restarted() implements WorkloadEvent {}
}
