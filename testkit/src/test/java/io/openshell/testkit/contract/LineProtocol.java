package io.openshell.testkit.contract;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A protocol of lines, one of which is allowed: it keeps the contract, and does what it is told to do wrong. */
final class LineProtocol implements ProtocolInspectorFactory<LineProtocol.Options> {

    private static final int LIMIT = 1000;

    /** What it does wrong. */
    enum Fault {
        NONE,
        SENDS_BEFORE_IT_JUDGES,
        SHARES_ITS_BUFFER,
        KEEPS_LENT_BYTES,
        HAS_NO_LIMIT,
        THROWS_ON_ODD_BYTES,
        USES_ITS_CONTEXT_LATER,
        THROWS_ON_BAD_OPTIONS,
        IGNORES_THE_JUDGE
    }

    private final Fault fault;

    LineProtocol(Fault fault) {
        this.fault = fault;
    }

    record Options(String allowed) {}

    @Override
    public String name() {
        return "line";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(Options options, EndpointContext context) {
        if (options.allowed().isEmpty()) {
            if (fault == Fault.THROWS_ON_BAD_OPTIONS) {
                throw new IllegalArgumentException("allowed: empty");
            }
            return new Compilation.Rejected<>(List.of(new Problem("allowed", "empty (expected: a line)")));
        }
        ByteArrayOutputStream shared = new ByteArrayOutputStream();
        ConnectionInspector inspector = judge -> {
            if (fault == Fault.USES_ITS_CONTEXT_LATER && context.enforces()) {
                return new Lines(options, judge, new ByteArrayOutputStream());
            }
            return new Lines(options, judge, fault == Fault.SHARES_ITS_BUFFER ? shared : new ByteArrayOutputStream());
        };
        return Compilation.of(inspector);
    }

    private final class Lines implements StreamInspector {

        private final Options options;
        private final Judge judge;
        private final ByteArrayOutputStream line;
        private final List<ByteBuffer> lent = new ArrayList<>();

        Lines(Options options, Judge judge, ByteArrayOutputStream line) {
            this.options = options;
            this.judge = judge;
            this.line = line;
        }

        @Override
        public StreamVerdict fromClient(ByteBuffer bytes) {
            if (fault == Fault.KEEPS_LENT_BYTES) {
                return keeping(bytes);
            }
            if (fault == Fault.SENDS_BEFORE_IT_JUDGES) {
                StreamVerdict all = StreamVerdict.forward(bytes.slice());
                judged(bytes);
                return all;
            }
            return judged(bytes);
        }

        private StreamVerdict judged(ByteBuffer bytes) {
            List<ByteBuffer> onward = new ArrayList<>();
            while (bytes.hasRemaining()) {
                byte b = bytes.get();
                if (b < 0 && fault == Fault.THROWS_ON_ODD_BYTES) {
                    throw new IllegalStateException("not ASCII");
                }
                line.write(b);
                if (line.size() > LIMIT && fault != Fault.HAS_NO_LIMIT) {
                    return new StreamVerdict.Close(List.of(), List.of(), "line of more than " + LIMIT + " bytes");
                }
                if (b == '\n') {
                    byte[] whole = line.toByteArray();
                    line.reset();
                    if (judge.admits("line", verdict(whole)) || fault == Fault.IGNORES_THE_JUDGE) {
                        onward.add(ByteBuffer.wrap(whole));
                    }
                }
            }
            return new StreamVerdict.Forward(onward, List.of());
        }

        /** Only right if all comes at once, or if what was lent stayed as it was. */
        private StreamVerdict keeping(ByteBuffer bytes) {
            lent.add(bytes);
            if (bytes.get(bytes.limit() - 1) != '\n') {
                return StreamVerdict.more();
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            lent.forEach(part -> {
                while (part.hasRemaining()) {
                    all.write(part.get());
                }
            });
            lent.clear();
            return judged(ByteBuffer.wrap(all.toByteArray()));
        }

        private Verdict verdict(byte[] whole) {
            String text = new String(whole, StandardCharsets.UTF_8);
            return text.equals(options.allowed() + "\n")
                    ? new Verdict.Allowed("allowed")
                    : Verdict.Denied.notPermitted("line not permitted by policy");
        }

        @Override
        public StreamVerdict fromUpstream(ByteBuffer bytes) {
            return StreamVerdict.forward(bytes);
        }
    }
}
