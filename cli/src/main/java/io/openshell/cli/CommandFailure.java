package io.openshell.cli;

/** Ends a command with a message on standard error and an exit status. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String explanation;

    /**
     * @param status the exit status
     * @param message what is wrong and what to do, in the form {@code name: value (expected: …)}
     */
    CommandFailure(int status, String message) {
        super(message);
        this.status = status;
        this.explanation = message;
    }

    /** What is wrong and what to do. */
    String explanation() {
        return explanation;
    }

    int status() {
        return status;
    }
}
