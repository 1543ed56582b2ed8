package io.openshell.api.inspect;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads one connection's bytes in both directions and says what may go on. Used by one thread at a time, never
 * by two at once. It bounds what it keeps: a message that is larger than its limit is a {@link
 * StreamVerdict.Close}, before it is buffered. A {@code null} or an exception ends the connection, and nothing of
 * the bytes that it was given goes on; it is not called again, save for {@link #close}.
 */
public interface StreamInspector extends AutoCloseable {

    /**
     * The client's next bytes, in any division.
     *
     * @param bytes valid during the call only; what is needed later is copied
     * @return what may go to the upstream now. Bytes that are not handed on do not reach it
     */
    StreamVerdict fromClient(ByteBuffer bytes);

    /** The upstream's next bytes; see {@link #fromClient}. */
    StreamVerdict fromUpstream(ByteBuffer bytes);

    /**
     * Time has passed: called about twice a second while the connection is open, so that what was begun and is not
     * finished can be given up.
     *
     * @param nanos a clock of arbitrary origin that never goes back, in nanoseconds
     * @return bytes {@code onward} are for the upstream, those {@code back} for the client
     */
    default StreamVerdict tick(long nanos) {
        return StreamVerdict.more();
    }

    /**
     * The policy that opened the connection is no longer in force, so the connection ends, with the protocol's own last
     * words if it has any. Called at most once, and then only {@link #close}.
     *
     * @return bytes {@code onward} are for the upstream, those {@code back} for the client
     */
    default StreamVerdict.Close policyReplaced() {
        return new StreamVerdict.Close(List.of(), List.of(), "policy replaced");
    }

    /**
     * The connection has ended, however it did: what it holds outside the heap, such as an inflater, is given back.
     * Called once, after the last call of any other method.
     */
    @Override
    default void close() {}
}
