package io.openshell.api.compute;

import org.jspecify.annotations.Nullable;

/** A platform did not do what it was asked. The message says what to do about it. */
public final class ComputeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** @param message what failed and what is expected, in one line for people */
    public ComputeException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** @param cause what the platform's own client threw, if anything */
    public ComputeException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }

    /** Why a platform refused. */
    public enum Kind {
        /** The request can never work here. */
        INVALID,
        /** Something must be set up or permitted first. */
        PRECONDITION,
        /** The platform cannot be reached, or is busy; trying again may help. */
        UNAVAILABLE,
        /** Out of time. */
        TIMEOUT,
        /** A defect. */
        INTERNAL
    }
}
