package io.openshell.api.inspect;

import java.nio.ByteBuffer;

/**
 * Reads one connection's bytes in both directions and says what may go on. Used by one thread at a time, never
 * by two at once. It bounds what it keeps: a message that is larger than its limit is a {@link
 * StreamVerdict.Close}, before it is buffered.
 */
public interface StreamInspector {

    /**
     * The client's next bytes, in any division.
     *
     * @param bytes valid during the call only; what is needed later is copied
     * @return what may go to the upstream now. Bytes that are not handed on do not reach it
     */
    StreamVerdict fromClient(ByteBuffer bytes);

    /** The upstream's next bytes; see {@link #fromClient}. */
    StreamVerdict fromUpstream(ByteBuffer bytes);
}
