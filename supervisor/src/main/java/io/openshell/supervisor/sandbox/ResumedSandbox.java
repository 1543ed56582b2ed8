package io.openshell.supervisor.sandbox;

/**
 * A sandbox that was taken over, and its command.
 *
 * @param sandbox ends when it is closed
 * @param command to be closed before
 */
public record ResumedSandbox(RunningSandbox sandbox, RunningCommand command) implements AutoCloseable {

    @Override
    public void close() {
        try (sandbox) {
            command.close();
        }
    }
}
