package io.openshell.proxy.egress;

import io.netty.buffer.ByteBuf;

/** Takes what an upstream sends. Called on the connection's event loop. */
public interface UpstreamReader {

    /** The next bytes; the reader owns the buffer. */
    void fromUpstream(ByteBuf bytes);

    /** No more bytes for now: what was written may be flushed. */
    void upstreamPaused();

    /** The upstream takes more bytes, or no more for now. */
    void upstreamWritability(boolean writable);

    /**
     * The upstream has ended its side, or the connection broke. Called once at most.
     *
     * @param orderly false if the connection broke: what came may be cut short
     */
    void upstreamEnded(boolean orderly);
}
