package io.openshell.proxy.http;

/** Where a message's body ends (RFC 9112 section 6.3). */
public sealed interface BodyFraming {

    /** There is no body, and no field that says so. */
    record None() implements BodyFraming {
        /** The only one that is needed. */
        public static final None INSTANCE = new None();
    }

    /**
     * After this many bytes.
     *
     * @param bytes 0 or more
     */
    record Length(long bytes) implements BodyFraming {
        /** An empty body that says so. */
        public static final Length ZERO = new Length(0);

        public Length {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 or more)");
            }
        }
    }

    /** With the last chunk. */
    record Chunked() implements BodyFraming {
        /** The only one that is needed. */
        public static final Chunked INSTANCE = new Chunked();
    }

    /** With the connection. Responses only. */
    record UntilClose() implements BodyFraming {
        /** The only one that is needed. */
        public static final UntilClose INSTANCE = new UntilClose();
    }

    /** Whether not a single byte of body follows the head. */
    default boolean isEmpty() {
        return this instanceof None || (this instanceof Length length && length.bytes() == 0);
    }
}
