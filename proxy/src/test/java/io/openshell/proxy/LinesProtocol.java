package io.openshell.proxy;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.TextRewrite;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small byte protocol for tests: whole lines pass, and one that holds {@code forbidden} ends the connection, as does one
 * that begins with {@code slow} and has no end yet when time has passed. What the upstream says goes on in a buffer for each line.
 * When the policy is replaced it says so to both sides.
 */
public final class LinesProtocol implements ProtocolInspectorFactory<LinesProtocol.Options> {

    /** How many connections are read at the moment. */
    public static final AtomicInteger OPEN = new AtomicInteger();

    /** Nothing to set. */
    public record Options() {}

    @Override
    public String name() {
        return "lines";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(Options options, EndpointContext context) {
        return Compilation.of((ConnectionInspector) Stream::new);
    }

    /** Reads one connection. */
    static final class Stream implements StreamInspector {

        private final Judge judge;
        private final StringBuilder partial = new StringBuilder();

        Stream(Judge judge) {
            this.judge = judge;
            OPEN.incrementAndGet();
        }

        @Override
        public StreamVerdict fromClient(ByteBuffer bytes) {
            partial.append(PrefixProtocol.text(bytes));
            int end = partial.lastIndexOf("\n") + 1;
            if (end == 0) {
                return StreamVerdict.more();
            }
            String lines = partial.substring(0, end);
            partial.delete(0, end);
            Verdict verdict = lines.contains("forbidden")
                    ? new Verdict.Unreadable("a forbidden word")
                    : new Verdict.Allowed("lines");
            if (!judge.admits("LINE", verdict)) {
                return PrefixProtocol.close("a forbidden word");
            }
            return switch (judge.rewriteText(lines)) {
                case TextRewrite.Unchanged unchanged ->
                    StreamVerdict.forward(ByteBuffer.wrap(lines.getBytes(StandardCharsets.ISO_8859_1)));
                case TextRewrite.Changed changed -> StreamVerdict.forward(changed.utf8());
                case TextRewrite.Refused refused -> PrefixProtocol.close(refused.reason());
            };
        }

        @Override
        public StreamVerdict fromUpstream(ByteBuffer bytes) {
            List<ByteBuffer> lines = new ArrayList<>();
            int begun = bytes.position();
            for (int at = begun; at < bytes.limit(); at++) {
                if (bytes.get(at) == '\n' || at + 1 == bytes.limit()) {
                    lines.add(bytes.slice(begun, at + 1 - begun));
                    begun = at + 1;
                }
            }
            return new StreamVerdict.Forward(lines, List.of());
        }

        @Override
        public StreamVerdict tick(long nanos) {
            return partial.indexOf("slow") == 0 ? PrefixProtocol.close("a line without end") : StreamVerdict.more();
        }

        @Override
        public StreamVerdict.Close policyReplaced() {
            ByteBuffer last = ByteBuffer.wrap("bye\n".getBytes(StandardCharsets.ISO_8859_1));
            return new StreamVerdict.Close(List.of(last), List.of(last), "policy replaced");
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }
}
