package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;

/**
 * What an agent's connection is doing. A state gets what happens, and hands the connection to its successor with
 * {@link ClientConnection#become}; after that it gets nothing more.
 */
sealed interface ConnectionState
        permits FirstHead,
                Authorisation,
                Detection,
                TlsHandshake,
                HttpRelay,
                RawRelay,
                InspectedRelay,
                InferenceGreeting,
                InferenceRelay,
                Lingering {

    /** The client's next bytes; the state owns the buffer. */
    void fromClient(ByteBuf bytes);

    /** No more bytes for now: what was written may be flushed. */
    default void clientPaused() {}

    /** The client has ended its side. With TLS, that is the end of both. */
    void clientEnded();

    /** The client takes more bytes, or no more for now. */
    default void clientWritability(boolean writable) {}

    /** The time that the state has given itself is over. */
    void overdue();

    /** Now and then: whether what was allowed still is. */
    default void revisit() {}

    /** The connection is gone: gives back what the state holds. Not called for a state that has a successor. */
    void released();
}
