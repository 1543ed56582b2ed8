package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.core.event.Ruling;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client where no answers are read: it is searched if credentials are bound to the destination, and cut off
 * at the first that must not come back. For one event loop.
 */
final class GuardedOutput implements AutoCloseable {

    private final ClientConnection client;
    private final Admission admission;
    private final @Nullable EchoGuard guard;
    private boolean over;

    GuardedOutput(ClientConnection client, Admission admission, Switching.Upstream upstream) {
        this.client = client;
        this.admission = admission;
        this.guard = upstream.guard();
    }

    /**
     * Writes the next bytes, which are handed over.
     *
     * @return false if nothing goes to the client any more
     */
    boolean write(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return false;
        }
        if (guard == null) {
            client.write(bytes);
            return true;
        }
        return guard.pass(bytes, client.channel().alloc(), client::write) || cutOff();
    }

    /** Nothing more comes for now: a few bytes that could begin a secret are not waited with. */
    void pause() {
        if (guard != null && !over) {
            guard.paused(client.channel().alloc(), client::write);
        }
    }

    /**
     * Nothing follows, so that what was held back goes too.
     *
     * @return false if the client was cut off
     */
    boolean end() {
        if (over) {
            return false;
        }
        over = true;
        return guard == null || guard.end(client.channel().alloc(), client::write) || cutOff();
    }

    /** A secret has come back: the client notices that this is not the regular end, and the upstream goes with it. */
    private boolean cutOff() {
        over = true;
        admission.denied(Ruling.CREDENTIALS, "upstream sent a credential back");
        client.abort();
        return false;
    }

    @Override
    public void close() {
        over = true;
        if (guard != null) {
            guard.close();
        }
    }
}
