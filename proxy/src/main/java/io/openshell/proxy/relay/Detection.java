package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.event.Ruling;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamReader;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.ProxyLimits;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tunnel stands, and its first bytes tell what it carries. Where requests are inspected, anything but TLS or
 * HTTP/1 is refused; where they are not, it passes as it is, and the upstream may speak first.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class Detection implements ConnectionState, UpstreamReader {

    private final ClientConnection client;
    private final Tunnel tunnel;
    private final EndpointSet.Kind kind;
    private @Nullable ByteBuf received;
    private @Nullable ScheduledFuture<?> patience;

    private Detection(ClientConnection client, Tunnel tunnel) {
        this.client = client;
        this.tunnel = tunnel;
        this.kind = tunnel.admission().endpoints().kind();
    }

    /**
     * Begins.
     *
     * @param early what came with the CONNECT, if anything
     */
    static void begin(ClientConnection client, Tunnel tunnel, @Nullable ByteBuf early) {
        Detection detection = new Detection(client, tunnel);
        boolean inspected = detection.kind == EndpointSet.Kind.REQUESTS;
        client.allow(inspected ? RelayLimits.REQUEST_HEAD_MILLIS : RelayLimits.SILENT_RELAY_MILLIS);
        UpstreamConnection dialled = tunnel.dialled();
        if (!inspected && dialled != null) {
            dialled.attach(detection);
        }
        client.become(detection);
        if (early != null && client.in(detection)) {
            detection.fromClient(early);
        } else if (early != null) {
            early.release();
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        received = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), received, bytes);
        calm();
        ByteBuf seen = received;
        if (!seen.isReadable()) {
            return;
        }
        switch (Greeting.of(seen)) {
            case TLS -> tls(seen);
            case HTTP -> http(seen);
            case MAYBE_TLS, MAYBE_HTTP -> wait(seen);
            case HTTP2, OTHER -> other();
        }
    }

    private void tls(ByteBuf hello) {
        received = null;
        calm();
        UpstreamConnection dialled = tunnel.dialled();
        if (dialled != null) {
            dialled.detach();
        }
        TlsHandshake.begin(client, tunnel, hello, () -> {
            if (kind == EndpointSet.Kind.BYTES) {
                InspectedRelay.connection(client, tunnel, true, null, null);
            } else {
                client.become(HttpRelay.tunnel(client, tunnel, true));
            }
        });
    }

    private void http(ByteBuf bytes) {
        if (kind == EndpointSet.Kind.BYTES) {
            inspectBytes(null);
            return;
        }
        received = null;
        UpstreamConnection dialled = tunnel.dialled();
        if (dialled != null) {
            dialled.detach();
        }
        HttpRelay relay = HttpRelay.tunnel(client, tunnel, false);
        client.become(relay);
        relay.fromClient(bytes);
        relay.clientPaused();
    }

    /** Where requests are inspected, what began like one is parsed as one; its time is limited anyway. */
    private void wait(ByteBuf seen) {
        if (kind == EndpointSet.Kind.REQUESTS && Greeting.of(seen) == Greeting.MAYBE_HTTP) {
            return;
        }
        patience = client.channel()
                .eventLoop()
                .schedule(this::outOfPatience, ProxyLimits.PROTOCOL_PEEK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void outOfPatience() {
        ByteBuf seen = received;
        if (!client.in(this) || seen == null) {
            return;
        }
        if (Greeting.of(seen) == Greeting.MAYBE_TLS) {
            // Never raw: a ClientHello in slow pieces would get past the inspection.
            tls(seen);
        } else {
            other();
        }
    }

    private void other() {
        switch (kind) {
            case RAW -> raw(null);
            case BYTES -> inspectBytes(null);
            case REQUESTS -> refuse();
        }
    }

    private void refuse() {
        Admission admission = tunnel.admission();
        admission.denied(Ruling.L7, "tunnel carries neither TLS nor HTTP/1, and its requests are inspected");
        released();
        client.finish(ErrorResponses.unsupportedProtocol(admission.host(), admission.port(), "")
                .encode(client.channel().alloc()));
    }

    private void raw(@Nullable ByteBuf fromUpstream) {
        UpstreamConnection upstream = tunnel.take();
        if (upstream == null) {
            throw new IllegalStateException("an uninspected tunnel without an upstream");
        }
        EchoGuard guard = EchoGuard.ofStream(client, tunnel.admission(), "");
        Switching.Upstream source = new Switching.Upstream(upstream, fromUpstream, guard);
        RawRelay.begin(client, tunnel.admission(), source, taken(), false);
    }

    private void inspectBytes(@Nullable ByteBuf fromUpstream) {
        calm();
        InspectedRelay.connection(client, tunnel, false, taken(), fromUpstream);
    }

    @Override
    public void fromUpstream(ByteBuf bytes) {
        if (kind == EndpointSet.Kind.BYTES) {
            inspectBytes(bytes);
        } else {
            raw(bytes);
        }
    }

    @Override
    public void upstreamPaused() {}

    @Override
    public void upstreamWritability(boolean writable) {}

    @Override
    public void upstreamEnded(boolean orderly) {
        if (kind == EndpointSet.Kind.RAW) {
            raw(null);
        } else {
            client.finish();
        }
    }

    @Override
    public void clientEnded() {
        if (kind == EndpointSet.Kind.RAW && !client.gone()) {
            raw(null);
        } else {
            released();
            client.finish();
        }
    }

    @Override
    public void overdue() {
        tunnel.admission().failed("client sends nothing");
        client.close();
    }

    @Override
    public void revisit() {
        if (!tunnel.admission().renew() || tunnel.admission().endpoints().kind() != kind) {
            client.close();
        }
    }

    @Override
    public void released() {
        calm();
        ByteBuf left = taken();
        if (left != null) {
            left.release();
        }
        tunnel.release();
    }

    private @Nullable ByteBuf taken() {
        ByteBuf bytes = received;
        received = null;
        return bytes;
    }

    private void calm() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
