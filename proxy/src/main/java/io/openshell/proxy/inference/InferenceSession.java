package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.core.inference.BudgetMeter;
import io.openshell.core.inference.InferenceProtocol;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.inference.Usage;
import io.openshell.core.target.RequestTarget;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.HttpVersion;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.RequestHeadParser;
import io.openshell.proxy.http.ResponseWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection of the agent, one after the other. A request that is not inference is refused, and ends
 * the connection, whatever went before it. Confined to the connection's event loop.
 */
public final class InferenceSession {

    private final InferenceGateway gateway;
    private final AgentSide agent;
    private final RequestHeadParser parser = new RequestHeadParser();
    private @Nullable ByteBuf received;
    private @Nullable RequestIntake intake;
    private @Nullable BackendExchange exchange;
    private boolean headBegun;
    private boolean advancing;
    private boolean over;

    InferenceSession(InferenceGateway gateway, AgentSide agent) {
        this.gateway = gateway;
        this.agent = agent;
        agent.allow(InferenceLimits.IDLE_AGENT_MILLIS);
    }

    /** The agent's next bytes; owned from now on. */
    public void fromAgent(ByteBuf bytes) {
        received = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(agent.allocator(), received, bytes);
        advance();
    }

    /** The agent takes more bytes, or no more for now. */
    public void agentWritability(boolean writable) {
        if (exchange != null) {
            exchange.agentWritability(writable);
        }
    }

    /** The agent has ended its side; with TLS that is the end of both. */
    public void agentEnded() {
        released();
        agent.finish();
    }

    /** What was to happen has not happened in time. */
    public void overdue() {
        if (exchange != null) {
            exchange.overdue();
        } else if (headBegun || intake != null) {
            refuse(InferenceAnswer.TIMED_OUT, "request: not complete in time");
        } else {
            end();
            agent.finish();
        }
    }

    /** The connection is gone. */
    public void released() {
        BackendExchange left = exchange;
        exchange = null;
        if (left != null) {
            left.abandon();
        }
        end();
    }

    private void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            boolean progress = true;
            while (progress && !over && exchange == null) {
                ByteBuf bytes = received;
                if (bytes == null || !bytes.isReadable()) {
                    break;
                }
                progress = intake == null ? readHead(bytes) : takeBody(bytes, intake);
            }
        } finally {
            advancing = false;
        }
        tidy();
    }

    private void tidy() {
        ByteBuf bytes = received;
        if (bytes != null && (over || !bytes.isReadable())) {
            bytes.release();
            received = null;
        }
        if (!over) {
            boolean full = exchange != null && received != null && received.readableBytes() > InferenceLimits.PIPELINED;
            agent.reading(!full);
            agent.flush();
        }
    }

    private boolean readHead(ByteBuf bytes) {
        if (!headBegun) {
            headBegun = true;
            agent.allow(InferenceLimits.REQUEST_HEAD_MILLIS);
        }
        switch (parser.parse(bytes, ProxyLimits.REQUEST_HEAD)) {
            case HeadResult.Incomplete<RequestHead> incomplete -> {
                return false;
            }
            case HeadResult.TooLarge<RequestHead> tooLarge ->
                refuse(InferenceAnswer.HEAD_TOO_LARGE, "request head: more than " + tooLarge.limit() + " bytes");
            case HeadResult.Malformed<RequestHead> malformed ->
                refuse(InferenceAnswer.BAD_REQUEST, malformed.problem().toString());
            case HeadResult.Complete<RequestHead> complete -> {
                headBegun = false;
                begin(complete.head());
            }
        }
        return true;
    }

    private void begin(RequestHead head) {
        if (head.version() != HttpVersion.HTTP_1_1) {
            refuse(InferenceAnswer.BAD_REQUEST, "request: HTTP/1.0 (expected: HTTP/1.1)");
            return;
        }
        Optional<RequestTarget.Canonical> target =
                RequestTarget.parse(head.target(), false) instanceof RequestTarget.Canonical canonical
                        ? Optional.of(canonical)
                        : Optional.empty();
        Optional<InferenceProtocol> protocol = target.flatMap(it -> InferenceProtocol.of(head.method(), it.path()));
        boolean here = head.isFor(InferenceSettings.HOST, InferenceSettings.PORT, InferenceSettings.PORT)
                && !head.isAbsoluteForm();
        if (protocol.isEmpty() || target.isEmpty() || !here) {
            refuse(
                    InferenceAnswer.NOT_INFERENCE,
                    here ? "not an inference request" : "Host: not " + InferenceSettings.HOST);
            return;
        }
        RequestIntake next = new RequestIntake(
                gateway,
                agent,
                head,
                protocol.get(),
                target.get().path(),
                target.get().query());
        intake = next;
        if (next.tooLarge()) {
            refuse(InferenceAnswer.TOO_LARGE, "request body: too long");
        } else if (head.framing().isEmpty()) {
            complete(next);
        } else {
            agent.allow(InferenceLimits.REQUEST_BODY_MILLIS);
            if (head.expectsContinue()) {
                agent.write(ResponseWriter.continueResponse());
            }
        }
    }

    private boolean takeBody(ByteBuf bytes, RequestIntake into) {
        switch (into.take(bytes)) {
            case MORE -> {
                return false;
            }
            case COMPLETE -> complete(into);
            case TOO_LARGE -> refuse(InferenceAnswer.TOO_LARGE, "request body: too long, or in too many chunks");
            case NO_ROOM -> refuse(InferenceAnswer.BUSY, "request body: the sandbox's requests hold too much already");
            case MALFORMED -> refuse(InferenceAnswer.BAD_REQUEST, "request body: malformed chunks");
        }
        return true;
    }

    private void complete(RequestIntake whole) {
        InferenceRequest request = whole.request();
        if (!gateway.configured()) {
            answer(request, InferenceAnswer.NOT_CONFIGURED, "inference is not configured");
            return;
        }
        List<Backend> candidates = gateway.candidates(request.protocol(), agent.nanoTime());
        if (candidates.isEmpty()) {
            answer(
                    request,
                    InferenceAnswer.NOT_COMPATIBLE,
                    "no route for " + request.protocol().id());
            return;
        }
        switch (gateway.budget().admit(Usage.estimate(request.body().remaining()))) {
            case BudgetMeter.OverBudget over ->
                answer(
                        request,
                        InferenceAnswer.overBudget(over.reason(), over.retryAfterSeconds()),
                        "budget: " + over.reason());
            case BudgetMeter.Admitted admitted -> {
                BackendExchange next = new BackendExchange(gateway, agent, this, request, candidates, admitted);
                exchange = next;
                next.begin();
            }
        }
    }

    /** Answers a request of inference that goes nowhere; the next one may follow. */
    private void answer(InferenceRequest request, InferenceAnswer answer, String reason) {
        gateway.denied(reason);
        ended(request, answer);
    }

    /** The exchange ends with this answer of ours. */
    void ended(InferenceRequest request, InferenceAnswer answer) {
        boolean last = !mayFollow(request);
        agent.write(answer.encode(agent.allocator(), last));
        ended(!last);
    }

    /** Whether another request may follow this one. */
    boolean mayFollow(InferenceRequest request) {
        return request.head().isPersistent();
    }

    /** The exchange is over, and the agent has its answer. */
    void ended(boolean mayFollow) {
        exchange = null;
        if (intake != null) {
            intake.release();
            intake = null;
        }
        agent.flush();
        if (mayFollow) {
            agent.allow(InferenceLimits.IDLE_AGENT_MILLIS);
            advance();
        } else {
            end();
            agent.finish();
        }
    }

    /** The exchange ended in a way that the agent must notice. */
    void broken() {
        exchange = null;
        end();
        agent.abort();
    }

    /** Refuses, and ends the connection. */
    private void refuse(InferenceAnswer answer, String reason) {
        gateway.denied(reason);
        end();
        agent.write(answer.encode(agent.allocator(), true));
        agent.finish();
    }

    private void end() {
        over = true;
        if (intake != null) {
            intake.release();
            intake = null;
        }
        if (received != null && !advancing) {
            received.release();
            received = null;
        }
    }
}
