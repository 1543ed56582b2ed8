package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.api.credential.Secret;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.core.credential.BoundCredentials;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamReader;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseWriter;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. Nothing is sent upstream before the request was allowed; then the body streams as
 * fast as the upstream takes it, and the response as fast as the client does.
 */
final class Exchange implements UpstreamReader, UpstreamSource.Taker {

    private static final int HEAD_SIZE = 512;
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private enum Phase {
        /** The body is collected for an inspector. */
        COLLECTING,
        /** Allowed; waiting for an upstream. */
        CONNECTING,
        /** The upstream has the head. */
        SENT,
        /** Nothing more happens here. */
        OVER
    }

    private final HttpRelay relay;
    private final ClientConnection client;
    private final RequestHead head;
    private final RequestGate gate;
    private final RequestBody body;
    private final ResponseRelay response;
    private final HeldUpstream upstream = new HeldUpstream();
    private @Nullable Injection injection;
    private @Nullable BoundCredentials injected;
    private Phase phase = Phase.COLLECTING;
    private RequestHead toSend;
    private int bodyLimit;
    private boolean judgesBody;

    Exchange(HttpRelay relay, RequestHead head) {
        this.relay = relay;
        this.client = relay.client();
        this.head = head;
        this.gate = new RequestGate(client.sandbox(), relay.admission(), relay.site(), head);
        this.toSend = head;
        this.body = new RequestBody(
                head.framing(), client.channel().alloc(), client.loop().searchTurns());
        this.response = new ResponseRelay(this, relay, gate, head);
    }

    void begin() {
        ErrorResponse refusal = gate.examine();
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        Injection credentials =
                new Injection(client.sandbox(), relay.admission(), relay.site(), head, gate.path(), gate.query());
        injection = credentials;
        body.search(credentials.search());
        int wanted = credentials.bodyWanted();
        body.tell(credentials.arriving());
        switch (gate.bodyNeed()) {
            case BodyNeed.Whole whole -> {
                judgesBody = true;
                collect(whole.maxBytes());
            }
            case BodyNeed.None none when wanted >= 0 -> collect(wanted);
            case BodyNeed.None none -> judge();
        }
    }

    private void collect(int maxBytes) {
        if (!body.keep(maxBytes)) {
            refuse(gate.bodyTooLong(maxBytes));
        } else if (body.done()) {
            judge();
        } else {
            bodyLimit = maxBytes;
            client.allow(RelayLimits.INSPECTED_BODY_MILLIS);
            askForBody();
        }
    }

    private void judge() {
        ErrorResponse refusal = gate.decide(judgesBody ? body.bytes() : null);
        if (refusal == null) {
            refusal = prepare();
        }
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        Injection.Result.Refused problem = injection().examine(relay.writer(), toSend, connectionField(), body.kept());
        if (problem != null) {
            refuse(problem);
            return;
        }
        phase = Phase.CONNECTING;
        relay.alive();
        relay.upstreams().acquire(false, this);
    }

    /** Makes the head that goes upstream, with an inspector's edits. */
    private @Nullable ErrorResponse prepare() {
        try {
            toSend = gate.outgoing(body.framingUpstream());
            return null;
        } catch (IllegalArgumentException e) {
            return gate.unsendable("inspector's header edit: " + e.getMessage());
        }
    }

    /** Takes body bytes from what the client has sent; true if that changed something, so that the rest may be looked at again. */
    boolean takeBody(ByteBuf bytes) {
        if (body.done() || !(phase == Phase.COLLECTING || phase == Phase.SENT)) {
            return false;
        }
        if (phase == Phase.SENT) {
            relay.alive();
        }
        switch (body.take(bytes)) {
            case MORE -> {
                return false;
            }
            case RESTS -> {
                client.loop().searchTurns().later(relay);
                return false;
            }
            case ENDED -> {
                if (phase == Phase.COLLECTING) {
                    judge();
                }
            }
            case TOO_LONG -> refuse(gate.bodyTooLong(bodyLimit));
            case MALFORMED -> {
                gate.failed("request body: " + body.problem());
                fail(ErrorResponses.malformed(body.problem()));
            }
            case MARKED -> {
                upstream.close();
                refuse(new Injection.Result.Refused(Injection.Place.BODY, body.refusal()));
            }
        }
        return true;
    }

    @Override
    public boolean waiting() {
        return phase == Phase.CONNECTING && client.in(relay);
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (!gate.stillDecided()) {
            connection.close();
            refuse(gate.policyChanged());
            return;
        }
        ByteBuf out = client.channel().alloc().buffer(HEAD_SIZE);
        switch (injection().write(out, relay.writer(), toSend, connectionField(), body.kept())) {
            case Injection.Result.Refused refused -> {
                out.release();
                connection.close();
                refuse(refused);
            }
            case Injection.Result.Written written -> send(connection, out, written);
        }
    }

    private void send(UpstreamConnection connection, ByteBuf out, Injection.Result.Written written) {
        upstream.hold(connection);
        phase = Phase.SENT;
        connection.attach(this);
        Secret secretBody = written.body();
        injected = written.secret() || secretBody != null ? injection().bound() : null;
        written.send(out, connection);
        body.guard(injection().guardsBody());
        body.sendTo(connection, secretBody);
        if (body.streamed()) {
            askForBody();
        }
        relay.advance();
        if (!relay.reading()) {
            flush();
            client.flush();
        }
    }

    /** The client's expectation is met here, once its body is wanted; the upstream never hears of it. */
    private void askForBody() {
        if (head.expectsContinue()) {
            client.write(ResponseWriter.continueResponse());
            if (!relay.reading()) {
                client.flush();
            }
        }
    }

    @Override
    public void unavailable(Throwable cause) {
        String what = Failures.isCertificate(cause) ? "TLS handshake with the upstream: " : "";
        String reason = what + Failures.reason(cause);
        gate.failed(reason);
        fail(ErrorResponses.upstreamUnreachable(
                relay.admission().host(), relay.admission().port(), reason));
    }

    @Override
    public void fromUpstream(ByteBuf bytes) {
        relay.alive();
        response.take(bytes);
        if (!client.writable()) {
            upstream.reading(false);
        }
    }

    @Override
    public void upstreamPaused() {
        response.paused();
        client.flush();
        flush();
    }

    @Override
    public void upstreamWritability(boolean writable) {
        relay.throttle();
    }

    @Override
    public void upstreamEnded(boolean orderly) {
        if (response.untouched() && mayRepeat()) {
            upstream.close();
            phase = Phase.CONNECTING;
            relay.upstreams().acquire(true, this);
            return;
        }
        response.ended(orderly);
    }

    /** RFC 9110 section 9.2.2: safe methods, and only where an idle connection may have been given up meanwhile. */
    private boolean mayRepeat() {
        return SAFE.contains(head.method()) && !body.streamed() && body.done() && upstream.reused();
    }

    /** The response has ended. */
    void responseEnded(ResponseHead responseHead, boolean clientMayGoOn, boolean unexpectedBytes) {
        UpstreamConnection used = upstream.take();
        phase = Phase.OVER;
        body.release();
        if (used != null && body.done() && responseHead.isPersistent() && !unexpectedBytes) {
            relay.upstreams().keep(used);
        } else if (used != null) {
            used.close();
        }
        client.flush();
        if (clientMayGoOn) {
            relay.exchangeEnded();
        } else {
            relay.lastExchangeEnded();
        }
    }

    /** The upstream has switched protocols. Bytes that came behind its 101 belong to the new one. */
    void switched(ResponseHead responseHead, ByteBuf behind) {
        UpstreamConnection used = asksForUpgrade() ? upstream.take() : null;
        if (used == null) {
            behind.release();
            gate.failed("upstream sent 101, and nobody had asked for it");
            fail(ErrorResponses.upstreamMalformed(
                    relay.admission().host(), relay.admission().port(), "101 without a request to switch protocols"));
            return;
        }
        EchoGuard guard = EchoGuard.ofStream(client, relay.admission(), gate.path());
        Switching.Upstream upgraded = new Switching.Upstream(used, behind, guard);
        Switching.to(relay, gate.upgrade(), gate.path(), responseHead, upgraded, this::fail);
    }

    /** The upstream now belongs to what follows the exchange. */
    void handedOver() {
        phase = Phase.OVER;
        body.release();
    }

    /** The upstream's answer cannot be passed on. */
    void responseFailed(ErrorResponse answer, String reason) {
        gate.failed(reason);
        fail(answer);
    }

    /** Ends with this answer, or, if another has begun, so that the client notices. */
    private void fail(ErrorResponse answer) {
        if (response.begun()) {
            relay.broken();
        } else {
            refuse(answer);
        }
    }

    private void refuse(Injection.Result.Refused refused) {
        gate.credentialRefused(injection().ruleId(), refused.refusal());
        ErrorResponse answer = CredentialAnswer.to(refused, relay.site().forward(), gate);
        if (response.begun()) {
            relay.broken();
        } else if (answer == null) {
            relay.lastExchangeEnded();
        } else {
            refuse(answer);
        }
    }

    /** The credentials of the destination if any of them went with the request; otherwise {@code null}. */
    @Nullable
    BoundCredentials injected() {
        return injected;
    }

    private Injection injection() {
        return Objects.requireNonNull(injection, "an exchange that has not begun");
    }

    private ConnectionField connectionField() {
        return asksForUpgrade() ? ConnectionField.UPGRADE : ConnectionField.KEEP_ALIVE;
    }

    private void refuse(ErrorResponse answer) {
        relay.lastAnswer(answer.encodeFor(head.method(), client.channel().alloc()));
    }

    boolean mayFollow() {
        return !relay.site().forward() && body.done() && head.isPersistent() && !relay.clientDone();
    }

    /** Whether what came of the body is not searched to its end, so that it takes no more before the next turn. */
    boolean rests() {
        return body.rests() && (phase == Phase.COLLECTING || phase == Phase.SENT);
    }

    /** Whether it waits for nothing but more of the body. */
    boolean starves() {
        return !body.done() && !rests() && (phase == Phase.COLLECTING || phase == Phase.SENT);
    }

    boolean asksForUpgrade() {
        return !(gate.upgrade() instanceof UpgradePlan.None);
    }

    boolean hasEarlyBytes() {
        return relay.hasEarlyBytes();
    }

    boolean upstreamKeepsUp() {
        return upstream.keepsUp();
    }

    void clientWritability(boolean writable) {
        upstream.reading(writable);
    }

    void flush() {
        upstream.flush();
    }

    void overdue() {
        if (phase == Phase.COLLECTING) {
            gate.failed("request body: not complete in time");
            refuse(ErrorResponses.of(408, "request_timeout", "request body: not complete in time", ""));
            return;
        }
        gate.failed("no byte in either direction for too long");
        fail(ErrorResponses.upstreamTimeout(
                relay.admission().host(), relay.admission().port()));
    }

    /** Gives back what the exchange holds. */
    void abandon() {
        phase = Phase.OVER;
        upstream.close();
        response.close();
        body.release();
    }
}
