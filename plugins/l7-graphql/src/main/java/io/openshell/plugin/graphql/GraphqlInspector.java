package io.openshell.plugin.graphql;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Judges requests by the operations that they ask for; every operation of a batch must be allowed. */
final class GraphqlInspector implements RequestInspector {

    private final OperationFinder finder;
    private final OperationRules rules;
    private final int maxBatch;
    private final BodyNeed bodyNeed;

    GraphqlInspector(OperationFinder finder, OperationRules rules, int maxBatch, int maxBodyBytes) {
        this.finder = finder;
        this.rules = rules;
        this.maxBatch = maxBatch;
        this.bodyNeed = new BodyNeed.Whole(maxBodyBytes);
    }

    /** A body of a GET, which some servers read, is refused; so it has to be seen. */
    @Override
    public BodyNeed bodyNeed(Request head) {
        return bodyNeed;
    }

    @Override
    public Verdict inspect(Request request) {
        try {
            return rules.judge(finder.find(envelopes(request)));
        } catch (UnreadableException e) {
            return new Verdict.Unreadable("GraphQL request rejected: " + e.problem());
        }
    }

    @Override
    public Verdict inspectMessage(String message) {
        try {
            Optional<Envelope> envelope = MessageReader.envelope(message);
            return envelope.isEmpty()
                    ? new Verdict.Allowed("control")
                    : rules.judge(finder.find(List.of(envelope.get())));
        } catch (UnreadableException e) {
            return new Verdict.Unreadable("GraphQL message rejected: " + e.problem());
        }
    }

    private List<Envelope> envelopes(Request request) throws UnreadableException {
        Optional<ByteBuffer> body = request.body().filter(ByteBuffer::hasRemaining);
        return switch (request.method()) {
            case "GET" -> List.of(parameters(request, body));
            case "POST" -> posted(request, body);
            default -> throw new UnreadableException("unsupported GraphQL HTTP method " + request.method());
        };
    }

    private static Envelope parameters(Request request, Optional<ByteBuffer> body) throws UnreadableException {
        if (body.isPresent()) {
            throw new UnreadableException("GET with a body");
        }
        return ParameterReader.envelope(request.query());
    }

    private List<Envelope> posted(Request request, Optional<ByteBuffer> body) throws UnreadableException {
        ParameterReader.requireNone(request.query());
        if (body.isEmpty()) {
            throw new UnreadableException("empty body");
        }
        return EnvelopeReader.envelopes(BodyReader.text(request.headers(), body.get()), maxBatch);
    }
}
