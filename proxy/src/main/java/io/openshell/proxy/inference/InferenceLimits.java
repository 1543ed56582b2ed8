package io.openshell.proxy.inference;

/** Bounds of inference. Sizes are bytes, times milliseconds. */
final class InferenceLimits {

    /** A request's body; 413 beyond. */
    static final int REQUEST_BODY = 10 * 1024 * 1024;

    /** Chunks of a request's body; 413 beyond. */
    static final int REQUEST_CHUNKS = 4096;

    /** What a request's body is first given room for. */
    static final int FIRST_BODY = 64 * 1024;

    /** Bodies of one sandbox that are held at a time, of requests and of answers that are passed on whole; 503 beyond. */
    static final long HELD_BODIES = 64L * 1024 * 1024;

    /** Larger bodies are rewritten off the event loop. */
    static final int LONG_REWRITE = 64 * 1024;

    /** An answer; it is cut off beyond, visibly. */
    static final long ANSWER = 32L * 1024 * 1024;

    /** Bytes of the agent that are kept while its present request is under way; then reading stops. */
    static final int PIPELINED = 16 * 1024;

    /** From a request's first byte to the end of its head. */
    static final long REQUEST_HEAD_MILLIS = 30_000;

    /** From the end of a request's head to the end of its body. */
    static final long REQUEST_BODY_MILLIS = 60_000;

    /** Between two requests. */
    static final long IDLE_AGENT_MILLIS = 300_000;

    /** For name, connection and TLS of one backend together. */
    static final long CONNECT_MILLIS = 30_000;

    /** From a request to the head of an answer that streams: models may think long before the first word. */
    static final long HEAD_MILLIS = 600_000;

    /** Between two pieces of an answer that streams. */
    static final long IDLE_MILLIS = 120_000;

    /** How long a backend's addresses are used before its name is resolved again. */
    static final long ADDRESSES_MILLIS = 30_000;

    private InferenceLimits() {}
}
