package io.openshell.supervisor.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A sandbox, or a command in it, did not start. The message is for the user: place, value, expectation. Nothing of the
 * sandbox is left.
 */
public final class SandboxException extends Exception {

    /** OpenShell's own failure, before the command ran. */
    public static final int OWN_FAILURE = 125;

    /** The command was found and cannot be executed. */
    public static final int NOT_EXECUTABLE = 126;

    /** The command was not found. */
    public static final int NOT_FOUND = 127;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    SandboxException(String message, @Nullable Throwable cause) {
        this(OWN_FAILURE, message, cause);
    }

    SandboxException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What {@code run} ends with: 125, or 126 and 127 as in a shell. */
    public int exitCode() {
        return exitCode;
    }
}
