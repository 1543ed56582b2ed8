package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.core.event.Actor;
import io.openshell.core.event.Destination;
import io.openshell.core.event.Ruling;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.RequestHeadParser;
import io.openshell.proxy.sandbox.PeerIdentity;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The connection is new, and its first head says what it wants. Who asks is found out once the head is complete: a
 * connection may have changed hands since it was made, and it is who holds it now that gets the answer.
 */
final class FirstHead implements ConnectionState {

    private final ClientConnection client;
    private final RequestHeadParser parser = new RequestHeadParser();
    private @Nullable ByteBuf received;

    FirstHead(ClientConnection client) {
        this.client = client;
    }

    void begin() {
        client.allow(RelayLimits.FIRST_HEAD_MILLIS);
        if (!client.sandbox().opened()) {
            client.sandbox()
                    .failed(
                            here(),
                            Actor.UNKNOWN,
                            "connections: too many (expected: at most " + RelayLimits.CONNECTIONS_PER_SANDBOX + ")");
            client.close();
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        received = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), received, bytes);
        switch (parser.parse(received, ProxyLimits.FIRST_HEAD)) {
            case HeadResult.Incomplete<RequestHead> incomplete -> {}
            case HeadResult.TooLarge<RequestHead> tooLarge ->
                refuse(
                        ErrorResponses.headTooLarge(tooLarge.limit()),
                        "request head: more than " + tooLarge.limit() + " bytes");
            case HeadResult.Malformed<RequestHead> malformed ->
                refuse(
                        ErrorResponses.malformed(malformed.problem()),
                        malformed.problem().toString());
            case HeadResult.Complete<RequestHead> complete -> dispatch(complete.head());
        }
    }

    private void dispatch(RequestHead head) {
        if (!head.isConnect()) {
            String scheme = head.scheme().orElse("");
            if (scheme.isEmpty()) {
                refuse(ErrorResponses.notAProxyRequest(), "request-target: not a proxy's (expected: CONNECT or a URL)");
                return;
            }
            if (!scheme.equals("http")) {
                refuse(
                        scheme.equals("https") ? ErrorResponses.useConnect() : ErrorResponses.unsupportedScheme(),
                        "request-target scheme: not http (expected: http, or CONNECT)");
                return;
            }
        }
        if (InferenceGreeting.isMeantBy(head)) {
            InferenceGreeting.begin(client, rest());
            return;
        }
        CompletionStage<PeerIdentity> identity =
                client.sandbox().context().identities().identify(client.agentAddress(), client.proxyAddress());
        Authorisation.begin(client, head, rest(), identity);
    }

    /** What came behind the head: the tunnel's or the body's first bytes. */
    private @Nullable ByteBuf rest() {
        ByteBuf bytes = received;
        received = null;
        if (bytes != null && !bytes.isReadable()) {
            bytes.release();
            return null;
        }
        return bytes;
    }

    private void refuse(ErrorResponse answer, String reason) {
        Ruling ruling = new Ruling(
                Ruling.NONE,
                "",
                Ruling.HTTP_PARSER,
                reason,
                client.sandbox().policy().number(),
                0);
        client.sandbox().emit(client.sandbox().networkEvents().denied(here(), Actor.UNKNOWN, ruling));
        released();
        client.finish(answer.encode(client.channel().alloc()));
    }

    /** The destination is not known yet: the proxy itself stands for it. */
    private Destination here() {
        return new Destination(
                client.proxyAddress().getAddress().getHostAddress(),
                client.proxyAddress().getPort());
    }

    @Override
    public void clientEnded() {
        client.close();
    }

    @Override
    public void overdue() {
        client.sandbox().failed(here(), Actor.UNKNOWN, "no complete request head in time");
        client.close();
    }

    @Override
    public void released() {
        if (received != null) {
            received.release();
            received = null;
        }
    }
}
