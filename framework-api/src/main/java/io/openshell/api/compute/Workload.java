package io.openshell.api.compute;

/**
 * A sandbox's workload as the platform shows it.
 *
 * @param sandboxId whose it is
 * @param instance the platform's own name for it: a process id, a container id, a pod name
 * @param state what it does now
 * @param detail one line on why, empty if there is nothing to say
 */
public record Workload(String sandboxId, String instance, State state, String detail) {

    /** What a workload does. */
    public enum State {
        STARTING,
        RUNNING,
        STOPPED,
        FAILED
    }
}
