package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.BodyReader;
import io.openshell.proxy.http.BodyWriter;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.HttpVersion;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseHeadParser;
import io.openshell.proxy.http.ResponseWriter;
import org.jspecify.annotations.Nullable;

/** The response of one exchange on its way to the client: parsed strictly and written anew. */
final class ResponseRelay {

    private static final int HEAD_SIZE = 512;
    private static final int CONTINUE = 100;

    private final Exchange exchange;
    private final ClientConnection client;
    private final RequestHead request;
    private final ResponseHeadParser parser = new ResponseHeadParser();
    private @Nullable ByteBuf received;
    private @Nullable ResponseHead head;
    private @Nullable BodyReader reader;
    private @Nullable BodyWriter writer;
    private boolean clientMayGoOn;
    private boolean touched;
    private boolean over;

    ResponseRelay(Exchange exchange, ClientConnection client, RequestHead request) {
        this.exchange = exchange;
        this.client = client;
        this.request = request;
    }

    /** Whether not a byte of it has come. */
    boolean untouched() {
        return !touched;
    }

    /** Whether the client has the head of the final response. */
    boolean begun() {
        return head != null;
    }

    /** Takes bytes of the upstream; owns them from now on. */
    void take(ByteBuf bytes) {
        touched = true;
        ByteBuf in = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), received, bytes);
        received = in;
        boolean progress = true;
        while (progress && !over) {
            progress = reader == null ? readHead(in) : readBody(in, reader);
        }
        if (received != null && !received.isReadable()) {
            release();
        }
    }

    private boolean readHead(ByteBuf in) {
        switch (parser.parse(in, ProxyLimits.RESPONSE_HEAD, request.method())) {
            case HeadResult.Incomplete<ResponseHead> incomplete -> {
                return false;
            }
            case HeadResult.TooLarge<ResponseHead> tooLarge ->
                fail("response head: more than " + tooLarge.limit() + " bytes");
            case HeadResult.Malformed<ResponseHead> malformed ->
                fail(malformed.problem().toString());
            case HeadResult.Complete<ResponseHead> complete -> pass(complete.head(), in);
        }
        return true;
    }

    private void pass(ResponseHead next, ByteBuf in) {
        if (next.isSwitchingProtocols()) {
            over = true;
            received = null;
            exchange.switched(next, in);
        } else if (next.isInterim()) {
            passInterim(next);
        } else {
            passFinal(next, in);
        }
    }

    /** The proxy itself has said 100 where it was waited for, and HTTP/1.0 knows no interim responses. */
    private void passInterim(ResponseHead interim) {
        if (interim.status() != CONTINUE && request.version() == HttpVersion.HTTP_1_1) {
            write(interim, interim.framing(), ConnectionField.KEEP_ALIVE);
        }
    }

    private void passFinal(ResponseHead next, ByteBuf in) {
        head = next;
        BodyFraming framing = ResponseWriter.framingFor(next, request.version());
        boolean guessed = exchange.asksForUpgrade() && exchange.hasEarlyBytes();
        clientMayGoOn = exchange.mayFollow() && !(framing instanceof BodyFraming.UntilClose) && !guessed;
        write(next, framing, clientMayGoOn ? ConnectionField.KEEP_ALIVE : ConnectionField.CLOSE);
        reader = BodyReader.ofResponse(next.framing());
        writer = new BodyWriter(framing);
        if (next.framing().isEmpty()) {
            end(in);
        }
    }

    private boolean readBody(ByteBuf in, BodyReader from) {
        return switch (from.read(in)) {
            case DATA -> {
                if (writer != null) {
                    writer.write(from.data(), client.channel().alloc(), client::write);
                }
                yield true;
            }
            case MORE -> false;
            case END -> {
                end(in);
                yield false;
            }
            case MALFORMED -> {
                fail(from.problem().toString());
                yield false;
            }
        };
    }

    private void end(@Nullable ByteBuf in) {
        over = true;
        if (writer != null) {
            writer.end(client::write);
        }
        boolean unexpected = in != null && in.isReadable();
        release();
        ResponseHead ended = head;
        if (ended == null) {
            throw new IllegalStateException("a body without a head");
        }
        exchange.responseEnded(ended, clientMayGoOn && exchange.mayFollow(), unexpected);
    }

    /** The upstream has ended. */
    void ended(boolean orderly) {
        if (over) {
            return;
        }
        BodyReader from = reader;
        if (from == null) {
            fail(touched ? "response head: ends early" : "connection closed before the response");
        } else if (orderly && from.endOfInput() == BodyReader.Step.END) {
            end(null);
        } else {
            fail("response body: ends early");
        }
    }

    private void fail(String reason) {
        over = true;
        release();
        exchange.responseFailed(exchange.badResponse(reason), "upstream response: " + reason);
    }

    private void write(ResponseHead written, BodyFraming framing, ConnectionField connection) {
        ByteBuf out = client.channel().alloc().buffer(HEAD_SIZE);
        ResponseWriter.write(out, written, framing, connection);
        client.write(out);
    }

    void release() {
        if (received != null) {
            received.release();
            received = null;
        }
    }
}
