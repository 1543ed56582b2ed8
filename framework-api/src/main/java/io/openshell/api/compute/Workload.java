package io.openshell.api.compute;

/**
 * A sandbox's workload as the platform shows it.
 *
 * @param sandboxId whose it is
 * @param instance the platform's own name for it: a process id, a container id, a pod name
 * @param state what it does now
 * @param detail one line on why, empty if there is nothing to say
 * @param limits what became of the limits that were asked for, and which of them were reached so far
 */
public record Workload(String sandboxId, String instance, State state, String detail, Limits limits) {

    /** One that was asked for without limits. */
    public Workload(String sandboxId, String instance, State state, String detail) {
        this(sandboxId, instance, state, detail, Limits.NONE);
    }

    /** What a workload does. */
    public enum State {
        STARTING,
        RUNNING,
        STOPPED,
        FAILED
    }
}
