package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Bytes pass unread in both directions. Each side is read only as fast as the other takes it, and each side may
 * end before the other.
 */
final class RawRelay implements ConnectionState, UpstreamReader {

    private final ClientConnection client;
    private final Admission admission;
    private final UpstreamConnection upstream;
    private final GuardedOutput toClient;
    private final boolean endsWithPolicy;
    private boolean clientDone;
    private boolean upstreamDone;
    private long bytesOut;
    private long bytesIn;

    private RawRelay(
            ClientConnection client, Admission admission, Switching.Upstream upstream, boolean endsWithPolicy) {
        this.client = client;
        this.admission = admission;
        this.upstream = upstream.connection();
        this.toClient = new GuardedOutput(client, admission, upstream);
        this.endsWithPolicy = endsWithPolicy;
    }

    /**
     * Begins.
     *
     * @param fromClient what the client has sent already, if anything
     * @param endsWithPolicy whether a request was judged to get here, so that another policy ends it; otherwise it
     *     ends when the connection itself is no longer allowed to be raw
     */
    static void begin(
            ClientConnection client,
            Admission admission,
            Switching.Upstream upstream,
            @Nullable ByteBuf fromClient,
            boolean endsWithPolicy) {
        RawRelay relay = new RawRelay(client, admission, upstream, endsWithPolicy);
        client.allow(RelayLimits.SILENT_RELAY_MILLIS);
        UpstreamConnection connection = upstream.connection();
        connection.attach(relay);
        ByteBuf fromUpstream = upstream.behind();
        if (fromUpstream != null) {
            relay.fromUpstream(fromUpstream);
            relay.upstreamPaused();
        }
        if (fromClient != null) {
            relay.fromClient(fromClient);
            connection.flush();
        }
        client.become(relay);
        if (!connection.usable()) {
            relay.upstreamEnded(true);
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        bytesOut += bytes.readableBytes();
        upstream.write(bytes);
        if (!upstream.writable()) {
            client.reading(false);
        }
        alive();
    }

    @Override
    public void clientPaused() {
        upstream.flush();
    }

    @Override
    public void fromUpstream(ByteBuf bytes) {
        bytesIn += bytes.readableBytes();
        if (!toClient.write(bytes)) {
            upstreamDone = true;
            return;
        }
        if (!client.writable()) {
            upstream.reading(false);
        }
        alive();
    }

    @Override
    public void upstreamPaused() {
        toClient.pause();
        client.flush();
    }

    @Override
    public void upstreamWritability(boolean writable) {
        client.reading(writable);
    }

    @Override
    public void clientWritability(boolean writable) {
        upstream.reading(writable);
    }

    @Override
    public void clientEnded() {
        clientDone = true;
        if (upstreamDone) {
            client.close();
        } else {
            upstream.flush();
            upstream.finishOutput();
            alive();
        }
    }

    @Override
    public void upstreamEnded(boolean orderly) {
        if (upstreamDone) {
            return;
        }
        upstreamDone = true;
        if (!toClient.end()) {
            return;
        }
        if (!orderly) {
            client.flush();
            client.close();
        } else if (clientDone || client.encrypted()) {
            client.finish();
            released();
        } else {
            client.flush();
            client.finishOutput();
            alive();
        }
    }

    @Override
    public void overdue() {
        admission.failed("no byte in either direction for too long");
        client.close();
    }

    @Override
    public void revisit() {
        if (!admission.stillRaw(endsWithPolicy)) {
            client.close();
        }
    }

    @Override
    public void released() {
        upstream.close();
        toClient.close();
        admission.closed(bytesOut, bytesIn);
    }

    private void alive() {
        client.allow(clientDone || upstreamDone ? RelayLimits.HALF_CLOSED_MILLIS : RelayLimits.SILENT_RELAY_MILLIS);
    }
}
