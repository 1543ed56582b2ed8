package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.openshell.core.inference.InferenceProtocol;
import io.openshell.core.inference.Usage;
import io.openshell.core.inference.UsageMeter;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.BodyReader;
import io.openshell.proxy.http.BodyWriter;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A backend's answer on its way to the agent: piece by piece as it comes, or, where answers are short by nature, whole. If
 * it is cut off the agent learns of it: a stream of events ends with one that says so, anything else with the connection.
 */
final class AnswerRelay {

    private static final int HEAD_SIZE = 1024;
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String ERROR_TYPE = "proxy_stream_error";

    private final BackendExchange exchange;
    private final InferenceGateway gateway;
    private final AgentSide agent;
    private final InferenceRequest request;
    private final ResponseHead head;
    private final BodyReader reader;
    private final UsageMeter meter;
    private final EchoedKeys keys;
    private final boolean events;
    private final boolean whole;
    private @Nullable BodyWriter writer;
    private @Nullable ByteBuf kept;
    private long held;
    private long bytes;
    private byte beforeLast = '\n';
    private byte last = '\n';

    AnswerRelay(
            BackendExchange exchange,
            InferenceGateway gateway,
            AgentSide agent,
            InferenceRequest request,
            ResponseHead head) {
        this.exchange = exchange;
        this.gateway = gateway;
        this.agent = agent;
        this.request = request;
        this.head = head;
        this.reader = BodyReader.ofResponse(head.framing());
        this.events = head.headers()
                .first("content-type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM))
                .orElse(false);
        this.meter = events ? UsageMeter.ofEvents() : UsageMeter.ofDocument();
        this.keys = new EchoedKeys(gateway.echoes());
        this.whole = request.protocol().isBuffered();
    }

    /** Whether the agent has its head, so that there can be no other answer. */
    boolean begun() {
        return writer != null;
    }

    boolean streamed() {
        return events;
    }

    /** Whether a key was found in it, and masked. */
    boolean keyFound() {
        return keys.found();
    }

    long bytes() {
        return bytes;
    }

    Usage usage(boolean complete) {
        // A list of models costs nothing.
        return request.protocol() == InferenceProtocol.MODEL_DISCOVERY
                ? Usage.NONE
                : meter.usage(request.body().remaining(), complete);
    }

    /** Begins; what of the body has come already is given to {@link #take} next. */
    void begin() {
        if (whole) {
            agent.allow(exchange.remainingMillis());
        } else {
            agent.allow(InferenceLimits.IDLE_MILLIS);
            writeHead(head.framing() instanceof BodyFraming.None ? head.framing() : BodyFraming.Chunked.INSTANCE);
        }
        if (head.framing().isEmpty()) {
            end();
        }
    }

    /** Takes what can be taken; owns the buffer. */
    void take(ByteBuf in) {
        try {
            boolean more = true;
            while (more && exchange.answering(this)) {
                BodyReader.Step step = reader.read(in);
                if (step == BodyReader.Step.END && in.isReadable()) {
                    exchange.unexpectedBytes();
                }
                more = step(step);
            }
        } finally {
            in.release();
        }
    }

    /** The backend has ended its side. */
    void ended(boolean orderly) {
        if (orderly && reader.endOfInput() == BodyReader.Step.END) {
            end();
        } else {
            cutOff("upstream read error");
        }
    }

    /** Nothing has come for too long, or nothing could be passed on. */
    void overdue() {
        if (!whole && !agent.writable()) {
            exchange.notRead(head);
            return;
        }
        cutOff(whole ? "not complete in time" : "chunk idle timeout exceeded");
    }

    void release() {
        keys.close();
        gateway.letGo(held);
        held = 0;
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    private boolean step(BodyReader.Step step) {
        return switch (step) {
            case DATA -> data(reader.data());
            case MORE -> false;
            case END -> {
                end();
                yield false;
            }
            case MALFORMED -> {
                cutOff("upstream read error");
                yield false;
            }
        };
    }

    private boolean data(ByteBuf data) {
        bytes += data.readableBytes();
        if (bytes > InferenceLimits.ANSWER) {
            data.release();
            cutOff("exceeded maximum streaming body size");
            return false;
        }
        data.forEachByte(octet -> {
            meter.accept(octet);
            return true;
        });
        if (whole) {
            return keep(data);
        }
        agent.allow(InferenceLimits.IDLE_MILLIS);
        pass(data, false);
        return true;
    }

    private void pass(ByteBuf data, boolean lastBytes) {
        ByteBuf masked = keys.pass(data, lastBytes, agent.allocator());
        int length = masked.readableBytes();
        if (length >= 2) {
            beforeLast = masked.getByte(masked.readerIndex() + length - 2);
            last = masked.getByte(masked.readerIndex() + length - 1);
        } else if (length == 1) {
            beforeLast = last;
            last = masked.getByte(masked.readerIndex());
        }
        write(masked);
    }

    private void write(ByteBuf data) {
        if (writer == null) {
            data.release();
        } else {
            writer.write(data, agent.allocator(), agent::write);
        }
    }

    private boolean keep(ByteBuf data) {
        int length = data.readableBytes();
        try {
            if (!gateway.hold(length)) {
                cutOff("the sandbox's requests hold too much already");
                return false;
            }
            held += length;
            if (kept == null) {
                kept = agent.allocator().buffer(length);
            }
            kept.writeBytes(data);
            return true;
        } finally {
            data.release();
        }
    }

    private void end() {
        if (whole) {
            ByteBuf body = kept == null ? agent.allocator().buffer(0) : kept;
            kept = null;
            ByteBuf masked = keys.pass(body, true, agent.allocator());
            writeHead(
                    head.framing() instanceof BodyFraming.None
                            ? head.framing()
                            : new BodyFraming.Length(masked.readableBytes()));
            write(masked);
        } else {
            pass(agent.allocator().buffer(0), true);
        }
        if (writer != null) {
            writer.end(agent::write);
        }
        exchange.answered(head);
    }

    private void writeHead(BodyFraming framing) {
        writer = new BodyWriter(framing);
        agent.write(encodedHead(framing));
    }

    private ByteBuf encodedHead(BodyFraming framing) {
        ByteBuf out = agent.allocator().buffer(HEAD_SIZE);
        ResponseWriter.write(
                out, head, framing, exchange.agentMayGoOn() ? ConnectionField.KEEP_ALIVE : ConnectionField.CLOSE);
        return out;
    }

    /** Whether its head has a key in it. */
    boolean headHasKey() {
        ByteBuf encoded = encodedHead(BodyFraming.Chunked.INSTANCE);
        try {
            return EchoedKeys.in(encoded, gateway.echoes());
        } finally {
            encoded.release();
        }
    }

    private void cutOff(String reason) {
        if (!begun()) {
            exchange.unusable(reason);
            return;
        }
        if (!events || writer == null) {
            exchange.cutOff(head, reason, false);
            return;
        }
        pass(agent.allocator().buffer(0), true);
        writer.write(errorEvent("response truncated: " + reason), agent.allocator(), agent::write);
        writer.end(agent::write);
        exchange.cutOff(head, reason, true);
    }

    /** In the words of the protocol, for clients pass over events that they do not know. */
    private ByteBuf errorEvent(String message) {
        boolean between = last == '\n' && beforeLast == '\n';
        String error = "{\"message\":\"" + message + "\",\"type\":\"" + ERROR_TYPE + "\"}";
        String event = request.protocol() == InferenceProtocol.ANTHROPIC_MESSAGES
                ? "event: error\ndata: {\"type\":\"error\",\"error\":" + error + "}\n\n"
                : "data: {\"error\":" + error + "}\n\n";
        String text = between ? event : "\n\n" + event;
        ByteBuf out = agent.allocator().buffer(text.length());
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
        return out;
    }
}
