package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.openshell.proxy.egress.UpstreamPool;

/** The agent's connection, as inference sees it: TLS is off, bytes are HTTP. Confined to its event loop. */
public interface AgentSide {

    /** Whether it is still there. What comes back late must then give back what it brings. */
    boolean open();

    EventLoop eventLoop();

    ByteBufAllocator allocator();

    /** The idle connections of this event loop. */
    UpstreamPool pool();

    /** Writes to the agent; owns the buffer from now on. */
    void write(ByteBuf bytes);

    void flush();

    /** Whether the agent keeps up with what is written. */
    boolean writable();

    /** Stops or resumes reading. */
    void reading(boolean wanted);

    /** What time-outs are counted by, in nanoseconds from anywhere. */
    long nanoTime();

    /** {@link InferenceSession#overdue} comes after this time, counted from now, unless this is called again. */
    void allow(long millis);

    /** Ends the connection after what was written. */
    void finish();

    /** Ends the connection so that the agent notices: what it got is not complete. */
    void abort();
}
