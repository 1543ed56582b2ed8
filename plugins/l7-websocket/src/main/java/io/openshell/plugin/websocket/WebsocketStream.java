package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection after its handshake. Whatever ends it is said to both sides in a close frame, where one may be sent. */
final class WebsocketStream implements StreamInspector {

    private final Judge judge;
    private final ClientFrames client;
    private final ServerFrames server;

    /** @param deflate whether permessage-deflate was agreed upon */
    WebsocketStream(boolean deflate, MessageRules rules, Judge judge, MemoryBudget budget) {
        this.judge = judge;
        this.client = new ClientFrames(deflate, new MessageGate(rules, judge), budget);
        this.server = new ServerFrames(deflate);
    }

    @Override
    public StreamVerdict fromClient(ByteBuffer bytes) {
        Output out = new Output(bytes);
        try {
            client.take(bytes, out);
            return new StreamVerdict.Forward(out.onward(), List.of());
        } catch (Violation violation) {
            record(violation);
            return new StreamVerdict.Close(
                    and(out.onward(), toUpstream(violation.code(), violation.reason())),
                    toClient(violation.code(), violation.reason()),
                    violation.reason());
        }
    }

    @Override
    public StreamVerdict fromUpstream(ByteBuffer bytes) {
        Output out = new Output(bytes);
        try {
            server.take(bytes, out);
            return new StreamVerdict.Forward(out.onward(), List.of());
        } catch (Violation violation) {
            record(violation);
            return new StreamVerdict.Close(
                    and(out.onward(), toClient(violation.code(), violation.reason())),
                    toUpstream(violation.code(), violation.reason()),
                    violation.reason());
        }
    }

    @Override
    public StreamVerdict tick(long nanos) {
        try {
            client.tick(nanos);
            return StreamVerdict.more();
        } catch (Violation violation) {
            record(violation);
            return toBoth(violation.code(), violation.reason());
        }
    }

    @Override
    public StreamVerdict.Close policyReplaced() {
        return toBoth(CloseCode.SERVICE_RESTART, "policy replaced");
    }

    /** A denial is on record already. */
    private void record(Violation violation) {
        if (violation.kind() != Kind.DENIED) {
            String kind = violation.kind().name().toLowerCase(Locale.ROOT);
            judge.admits("WEBSOCKET_FRAME", new Verdict.Unreadable(kind + ": " + violation.reason()));
        }
    }

    private StreamVerdict.Close toBoth(CloseCode code, String reason) {
        return new StreamVerdict.Close(toUpstream(code, reason), toClient(code, reason), reason);
    }

    private List<ByteBuffer> toUpstream(CloseCode code, String reason) {
        return client.mayAdd() ? List.of(Frames.clientClose(code, reason)) : List.of();
    }

    private List<ByteBuffer> toClient(CloseCode code, String reason) {
        return server.mayAdd() ? List.of(Frames.serverClose(code, reason)) : List.of();
    }

    private static List<ByteBuffer> and(List<ByteBuffer> first, List<ByteBuffer> then) {
        List<ByteBuffer> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }

    @Override
    public void close() {
        client.close();
    }
}
