package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.openshell.proxy.egress.UpstreamPool;
import io.openshell.proxy.inference.AgentSide;
import io.openshell.proxy.inference.InferenceSession;

/** Requests to {@code inference.local}, with TLS taken off: what happens on the connection goes to its session. */
final class InferenceRelay implements ConnectionState, AgentSide {

    private final ClientConnection client;
    private final InferenceSession session;

    private InferenceRelay(ClientConnection client) {
        this.client = client;
        this.session = client.sandbox().inference().open(this);
    }

    /** Begins. */
    static void begin(ClientConnection client) {
        client.become(new InferenceRelay(client));
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        session.fromAgent(bytes);
    }

    @Override
    public void clientPaused() {
        client.flush();
    }

    @Override
    public void clientWritability(boolean writable) {
        session.agentWritability(writable);
    }

    @Override
    public void clientEnded() {
        session.agentEnded();
    }

    @Override
    public void overdue() {
        session.overdue();
    }

    @Override
    public void released() {
        session.released();
    }

    @Override
    public boolean open() {
        return client.in(this);
    }

    @Override
    public EventLoop eventLoop() {
        return client.channel().eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return client.channel().alloc();
    }

    @Override
    public UpstreamPool pool() {
        return client.loop().pool();
    }

    @Override
    public void write(ByteBuf bytes) {
        client.write(bytes);
    }

    @Override
    public void flush() {
        client.flush();
    }

    @Override
    public boolean writable() {
        return client.writable();
    }

    @Override
    public void reading(boolean wanted) {
        client.reading(wanted);
    }

    @Override
    public long nanoTime() {
        return client.loop().nanoTime();
    }

    @Override
    public void allow(long millis) {
        client.allow(millis);
    }

    @Override
    public void finish() {
        client.finish();
    }

    @Override
    public void abort() {
        client.abort();
    }
}
