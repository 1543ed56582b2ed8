package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.BodyReader;
import io.openshell.proxy.http.BodyWriter;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.HttpProblem;
import io.openshell.proxy.http.HttpVersion;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseHeadParser;
import io.openshell.proxy.http.ResponseWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The response of one exchange on its way to the client: parsed strictly and written anew. */
final class ResponseRelay {

    private static final int HEAD_SIZE = 512;
    private static final int CONTINUE = 100;

    private final Exchange exchange;
    private final ClientConnection client;
    private final Admission admission;
    private final RequestGate gate;
    private final RequestHead request;
    private final ResponseHeadParser parser = new ResponseHeadParser();
    private @Nullable ByteBuf received;
    private @Nullable ResponseHead head;
    private @Nullable BodyReader reader;
    private @Nullable BodyWriter writer;
    private @Nullable EchoGuard guard;
    private @Nullable ByteBuf waitingHead;
    private boolean begun;
    private boolean clientMayGoOn;
    private boolean touched;
    private boolean over;

    ResponseRelay(Exchange exchange, HttpRelay relay, RequestGate gate, RequestHead request) {
        this.exchange = exchange;
        this.client = relay.client();
        this.admission = relay.admission();
        this.gate = gate;
        this.request = request;
    }

    /** Whether not a byte of it has come. */
    boolean untouched() {
        return !touched;
    }

    /** Whether the client has the head of the final response. */
    boolean begun() {
        return begun;
    }

    /** Takes bytes of the upstream; owns them from now on. */
    void take(ByteBuf bytes) {
        if (!touched) {
            touched = true;
            guard = EchoGuard.ofAnswer(client, admission, gate.path());
        }
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
            case HeadResult.Malformed<ResponseHead> malformed -> fail(shown(malformed.problem()));
            case HeadResult.Complete<ResponseHead> complete -> screen(complete.head(), in);
        }
        return true;
    }

    private void screen(ResponseHead next, ByteBuf in) {
        if (guard == null) {
            pass(next, in);
            return;
        }
        Optional<ResponseHead> screened = guard.head(next);
        if (screened.isPresent()) {
            pass(screened.get(), in);
        } else {
            echoed(guard);
        }
    }

    private void pass(ResponseHead next, ByteBuf in) {
        if (next.isSwitchingProtocols()) {
            passSwitch(next, in);
        } else if (next.isInterim()) {
            passInterim(next);
        } else {
            passFinal(next, in);
        }
    }

    private void passSwitch(ResponseHead next, ByteBuf in) {
        EchoGuard screening = guard;
        String unreadable = screening == null ? "" : EchoGuard.hidden(next);
        if (screening != null && !unreadable.isEmpty()) {
            unreadable(screening, unreadable);
            return;
        }
        over = true;
        received = null;
        close();
        exchange.switched(next, in);
    }

    /** The proxy itself has said 100 where it was waited for, and HTTP/1.0 knows no interim responses. */
    private void passInterim(ResponseHead interim) {
        if (interim.status() != CONTINUE && request.version() == HttpVersion.HTTP_1_1) {
            client.write(encode(interim, interim.framing(), ConnectionField.KEEP_ALIVE));
        }
    }

    private void passFinal(ResponseHead next, ByteBuf in) {
        if (guard != null && !next.framing().isEmpty()) {
            String unreadable = guard.beginBody(next);
            if (!unreadable.isEmpty()) {
                unreadable(guard, unreadable);
                return;
            }
        }
        head = next;
        BodyFraming framing = ResponseWriter.framingFor(next, request.version());
        boolean guessed = exchange.asksForUpgrade() && exchange.hasEarlyBytes();
        clientMayGoOn = exchange.mayFollow() && !(framing instanceof BodyFraming.UntilClose) && !guessed;
        ByteBuf out = encode(next, framing, clientMayGoOn ? ConnectionField.KEEP_ALIVE : ConnectionField.CLOSE);
        waitingHead = out;
        if (guard == null || !guard.blocks()) {
            letHeadGo();
        }
        reader = BodyReader.ofResponse(next.framing());
        writer = new BodyWriter(framing);
        if (next.framing().isEmpty()) {
            end(in);
        }
    }

    private boolean readBody(ByteBuf in, BodyReader from) {
        return switch (from.read(in)) {
            case DATA -> {
                if (guard == null) {
                    passBody(from.data());
                } else if (!guard.pass(from.data(), client.channel().alloc(), this::passBody)) {
                    echoed(guard);
                }
                yield true;
            }
            case MORE -> false;
            case END -> {
                end(in);
                yield false;
            }
            case MALFORMED -> {
                fail(shown(from.problem()));
                yield false;
            }
        };
    }

    private void passBody(ByteBuf data) {
        letHeadGo();
        if (writer == null) {
            throw new IllegalStateException("a body without a head");
        }
        writer.write(data, client.channel().alloc(), client::write);
    }

    /** Nothing more comes for now: a head that could have been taken back goes on. */
    void paused() {
        letHeadGo();
    }

    private void letHeadGo() {
        ByteBuf out = waitingHead;
        if (out != null) {
            waitingHead = null;
            begun = true;
            client.write(out);
        }
    }

    private void end(@Nullable ByteBuf in) {
        if (guard != null && !guard.end(client.channel().alloc(), this::passBody)) {
            echoed(guard);
            return;
        }
        letHeadGo();
        over = true;
        if (writer != null) {
            writer.end(client::write);
        }
        boolean unexpected = in != null && in.isReadable();
        close();
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

    /** What is wrong, without what the upstream sent if that may hold a secret. */
    private String shown(HttpProblem problem) {
        return guard == null ? problem.toString() : problem.rule();
    }

    private void fail(String reason) {
        fail(
                ErrorResponses.upstreamMalformed(admission.host(), admission.port(), reason),
                "upstream response: " + reason);
    }

    private void echoed(EchoGuard by) {
        fail(by.refusal(), "upstream response: holds a credential");
    }

    private void unreadable(EchoGuard by, String reason) {
        fail(by.unreadable(reason), "upstream response: " + reason);
    }

    private void fail(ErrorResponse answer, String reason) {
        over = true;
        close();
        exchange.responseFailed(answer, reason);
    }

    private ByteBuf encode(ResponseHead written, BodyFraming framing, ConnectionField connection) {
        ByteBuf out = client.channel().alloc().buffer(HEAD_SIZE);
        ResponseWriter.write(out, written, framing, connection);
        return out;
    }

    /** Nothing more comes of it. */
    void close() {
        release();
        if (guard != null) {
            guard.close();
            guard = null;
        }
        if (waitingHead != null) {
            waitingHead.release();
            waitingHead = null;
        }
    }

    private void release() {
        if (received != null) {
            received.release();
            received = null;
        }
    }
}
