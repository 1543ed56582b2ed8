package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.core.event.Ruling;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.RequestHeadParser;
import io.openshell.proxy.http.RequestWriter;
import org.jspecify.annotations.Nullable;

/**
 * Requests, one after the other: each is read, judged by the policy in force, and, if it is allowed, written anew
 * for the upstream. What the client sends ahead waits until the present exchange is over.
 */
final class HttpRelay implements ConnectionState, SearchTurns.Waiting {

    private final ClientConnection client;
    private final Admission admission;
    private final Site site;
    private final UpstreamSource upstreams;
    private final RequestHeadParser parser = new RequestHeadParser();
    private @Nullable RequestWriter writer;
    private boolean writerInspects;
    private @Nullable ByteBuf received;
    private @Nullable Exchange exchange;
    private boolean clientDone;
    private boolean headBegun;
    private boolean advancing;
    private boolean reading;
    private boolean firstToCome;
    private long idleTicks;

    private HttpRelay(ClientConnection client, Admission admission, Site site, Tunnel tunnel) {
        this.client = client;
        this.admission = admission;
        this.site = site;
        this.upstreams = new UpstreamSource(client, admission, site.tls(), tunnel);
        client.allow(RelayLimits.IDLE_TUNNEL_MILLIS);
    }

    /** The requests of a tunnel. */
    static HttpRelay tunnel(ClientConnection client, Tunnel tunnel, boolean tls) {
        return new HttpRelay(client, tunnel.admission(), tls ? Site.HTTPS : Site.HTTP, tunnel);
    }

    /** The one request of an absolute-form connection. */
    static HttpRelay forward(ClientConnection client, Admission admission) {
        HttpRelay relay = new HttpRelay(client, admission, Site.FORWARD, new Tunnel(admission, null));
        relay.firstToCome = true;
        return relay;
    }

    /** An absolute-form target's path without query, as a refusal shows it. */
    static String shownPath(RequestHead head) {
        return head.isConnect() ? "" : RequestGate.shownPath(head);
    }

    ClientConnection client() {
        return client;
    }

    Admission admission() {
        return admission;
    }

    Site site() {
        return site;
    }

    UpstreamSource upstreams() {
        return upstreams;
    }

    /** Writes requests to the tunnel's authority. */
    RequestWriter writer() {
        boolean inspects = admission.endpoints().inspected();
        RequestWriter known = writer;
        if (known == null || writerInspects != inspects) {
            known = RequestWriter.toAuthority(admission.host(), admission.port(), site.defaultPort(), inspects);
            if (site.forward()) {
                known = known.withVia();
            }
            writer = known;
            writerInspects = inspects;
        }
        return known;
    }

    /** Serves a request whose head was the connection's first. */
    void first(RequestHead head, @Nullable ByteBuf rest) {
        firstToCome = false;
        received = rest;
        begin(head);
        advance();
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        received = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), received, bytes);
        reading = true;
        advance();
    }

    /** Whether the client is being read, so that a flush will follow by itself. */
    boolean reading() {
        return reading;
    }

    /** Goes on with what was received, as far as the present exchange lets it. */
    void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            boolean progress = true;
            while (progress && client.in(this)) {
                ByteBuf bytes = received == null ? Unpooled.EMPTY_BUFFER : received;
                Exchange current = exchange;
                if (!bytes.isReadable() && (current == null || !current.rests())) {
                    break;
                }
                progress = current == null ? readHead(bytes) : current.takeBody(bytes);
            }
        } finally {
            advancing = false;
        }
        tidy();
    }

    /** Goes on with a body that was not searched to its end. A fault must not keep others from their turns. */
    @Override
    public void nextTurn() {
        try {
            advance();
            if (client.in(this)) {
                if (exchange != null) {
                    exchange.flush();
                }
                client.flush();
            }
        } catch (RuntimeException e) {
            client.sandbox().broken(e);
            client.close();
        }
    }

    private void tidy() {
        ByteBuf bytes = received;
        if (bytes != null && (!bytes.isReadable() || !client.in(this))) {
            bytes.release();
            received = null;
        }
        if (!client.in(this)) {
            return;
        }
        if (clientDone && received == null && exchange != null && exchange.starves()) {
            client.close(); // the rest of the body cannot come any more
        } else {
            throttle();
        }
    }

    /** Reads the client only if there is room for what it sends. */
    void throttle() {
        Exchange current = exchange;
        boolean full = received != null && received.readableBytes() > RelayLimits.PIPELINED_BYTES && current != null;
        client.reading(!full && (current == null || (current.upstreamKeepsUp() && !current.rests())));
    }

    private boolean readHead(ByteBuf bytes) {
        if (!headBegun) {
            headBegun = true;
            client.allow(RelayLimits.REQUEST_HEAD_MILLIS);
        }
        switch (parser.parse(bytes, ProxyLimits.REQUEST_HEAD)) {
            case HeadResult.Incomplete<RequestHead> incomplete -> {
                return false;
            }
            case HeadResult.TooLarge<RequestHead> tooLarge ->
                refuseUnparsed(
                        ErrorResponses.headTooLarge(tooLarge.limit()),
                        "request head: more than " + tooLarge.limit() + " bytes");
            case HeadResult.Malformed<RequestHead> malformed ->
                refuseUnparsed(
                        ErrorResponses.malformed(malformed.problem()),
                        malformed.problem().toString());
            case HeadResult.Complete<RequestHead> complete -> begin(complete.head());
        }
        return true;
    }

    /** Something passed in an exchange. A client that has ended may be gone for good: it is waited for less long. */
    void alive() {
        client.allow(clientDone ? RelayLimits.HALF_CLOSED_MILLIS : RelayLimits.SILENT_RELAY_MILLIS);
    }

    private void begin(RequestHead head) {
        headBegun = false;
        idleTicks = 0;
        alive();
        Exchange next = new Exchange(this, EchoGuard.askingForReadable(client.sandbox(), admission, head));
        exchange = next;
        next.begin();
    }

    /** The exchange is over and the connection stays. */
    void exchangeEnded() {
        exchange = null;
        client.allow(RelayLimits.IDLE_TUNNEL_MILLIS);
        if (clientDone && received == null) {
            client.finish();
            released();
        } else {
            advance();
        }
    }

    /** The exchange is over and was the last. */
    void lastExchangeEnded() {
        released();
        client.finish();
    }

    /** The exchange ends with this answer, which is the connection's last. */
    void lastAnswer(ByteBuf answer) {
        released();
        client.finish(answer);
    }

    /** The exchange ended in a way that the client must notice. */
    void broken() {
        released();
        client.abort();
    }

    /** The exchange became something else, to which the upstream now belongs. */
    @Nullable
    ByteBuf handOver() {
        if (exchange != null) {
            exchange.handedOver();
            exchange = null;
        }
        ByteBuf bytes = received;
        received = null;
        upstreams.release();
        return bytes;
    }

    /** Bytes that the client has sent beyond the present request. */
    boolean hasEarlyBytes() {
        return received != null && received.isReadable();
    }

    boolean clientDone() {
        return clientDone;
    }

    private void refuseUnparsed(ErrorResponse answer, String reason) {
        admission.denied(
                Ruling.HTTP_PARSER,
                "HTTP request rejected before policy evaluation for " + admission.destination() + ": " + reason);
        exchange = null;
        released();
        client.finish(answer.encode(client.channel().alloc()));
    }

    @Override
    public void clientPaused() {
        reading = false;
        if (exchange != null) {
            exchange.flush();
        }
        client.flush();
    }

    @Override
    public void clientWritability(boolean writable) {
        if (exchange != null) {
            exchange.clientWritability(writable);
        }
    }

    /** With TLS both directions are over; without, the agent may still wait for its answer. */
    @Override
    public void clientEnded() {
        clientDone = true;
        if (firstToCome) {
            return;
        }
        if (exchange == null) {
            released();
            client.finish();
        } else if (client.encrypted()) {
            client.close();
        } else {
            alive();
            advance();
        }
    }

    @Override
    public void overdue() {
        if (exchange != null) {
            exchange.overdue();
        } else {
            if (headBegun) {
                admission.failed("no complete request head in time");
            }
            released();
            client.finish();
        }
    }

    @Override
    public void revisit() {
        if (admission.renew()) {
            parkIfIdle();
            return;
        }
        if (exchange == null) {
            released();
            client.finish();
        } else {
            broken();
        }
    }

    private void parkIfIdle() {
        if (exchange == null && ++idleTicks * RelayLimits.TICK_MILLIS >= RelayLimits.HELD_UPSTREAM_MILLIS) {
            upstreams.park();
        }
    }

    @Override
    public void released() {
        Exchange left = exchange;
        exchange = null;
        if (left != null) {
            left.abandon();
        }
        upstreams.release();
        if (received != null && !advancing) {
            received.release();
            received = null;
        }
    }
}
