package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.core.inference.BudgetMeter;
import io.openshell.core.inference.ModelRewrite;
import io.openshell.core.inference.RouteChoice;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamReader;
import io.openshell.proxy.http.HeadResult;
import io.openshell.proxy.http.ProxyLimits;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseHeadParser;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request at its backends: at one after the other until one answers, and never at another once a byte of an answer
 * has gone to the agent. Confined to the agent's event loop.
 */
final class BackendExchange implements UpstreamReader {

    private static final int UNAUTHORIZED = 401;
    private static final String IDENTITY = "identity";

    private enum Phase {
        /** A backend is being connected to. */
        CONNECTING,
        /** It has the request. */
        WAITING,
        /** Its answer is being passed on. */
        ANSWERING,
        /** Nothing more happens here. */
        OVER
    }

    private final InferenceGateway gateway;
    private final AgentSide agent;
    private final InferenceSession session;
    private final InferenceRequest request;
    private final List<Backend> candidates;
    private final ExchangeRecord account;
    private final BackendConnector connector;
    private ResponseHeadParser parser = new ResponseHeadParser();
    private Phase phase = Phase.CONNECTING;
    private int attempts;
    private long attemptNanos;
    private Backend backend;
    private ByteBuffer body = ByteBuffer.allocate(0);
    private @Nullable UpstreamConnection upstream;
    private @Nullable ByteBuf received;
    private @Nullable AnswerRelay answer;
    private boolean repeated;
    private boolean unexpected;

    BackendExchange(
            InferenceGateway gateway,
            AgentSide agent,
            InferenceSession session,
            InferenceRequest request,
            List<Backend> candidates,
            BudgetMeter.Admitted admitted) {
        this.gateway = gateway;
        this.agent = agent;
        this.session = session;
        this.request = request;
        this.candidates = candidates;
        this.backend = candidates.getFirst();
        this.connector = new BackendConnector(gateway.surroundings(), agent);
        this.account = new ExchangeRecord(gateway, request, admitted, agent::nanoTime);
    }

    void begin() {
        attempts++;
        attemptNanos = agent.nanoTime();
        phase = Phase.CONNECTING;
        backend = candidates.get(attempts - 1);
        repeated = false;
        account.attempt(backend.route());
        agent.allow(InferenceLimits.CONNECT_MILLIS);
        if (!request.protocol().hasBody()) {
            connect(false);
        } else if (request.body().remaining() <= InferenceLimits.LONG_REWRITE) {
            rewritten(rewrite(backend));
        } else {
            rewriteElsewhere();
        }
    }

    private ModelRewrite.Result rewrite(Backend forBackend) {
        return ModelRewrite.apply(request.body().array(), forBackend.route().model());
    }

    private void rewriteElsewhere() {
        int attempt = attempts;
        Backend forBackend = backend;
        gateway.surroundings().background().execute(() -> {
            ModelRewrite.Result result = rewrite(forBackend);
            agent.eventLoop().execute(() -> {
                if (connecting(attempt)) {
                    rewritten(result);
                }
            });
        });
    }

    private void rewritten(ModelRewrite.Result result) {
        switch (result) {
            case ModelRewrite.Refused refused -> {
                phase = Phase.OVER;
                account.refused(refused.problem());
                session.ended(request, InferenceAnswer.unreadable(refused.problem()));
            }
            case ModelRewrite.Rewritten rewritten -> {
                body = rewritten.body();
                connect(false);
            }
        }
    }

    private boolean connecting(int attempt) {
        return phase == Phase.CONNECTING && attempt == attempts && agent.open();
    }

    private void connect(boolean fresh) {
        connector.connect(backend, fresh, new Attempt(attempts));
    }

    /** One attempt's connection; what comes for an earlier one is not wanted any more. */
    private final class Attempt implements BackendConnector.Taker {

        private final int number;

        Attempt(int number) {
            this.number = number;
        }

        @Override
        public boolean waiting() {
            return connecting(number);
        }

        @Override
        public void connected(UpstreamConnection connection) {
            send(connection);
        }

        @Override
        public void failed(String reason) {
            BackendExchange.this.failed(reason);
        }
    }

    private void send(UpstreamConnection connection) {
        upstream = connection;
        phase = Phase.WAITING;
        parser = new ResponseHeadParser();
        agent.allow(request.protocol().isBuffered() ? remainingMillis() : InferenceLimits.HEAD_MILLIS);
        connection.attach(this);
        connection.write(BackendRequest.of(
                request, backend.route(), body, agent.allocator().buffer()));
        connection.flush();
    }

    /** What is left of the route's time for an answer that is passed on whole; at least something. */
    long remainingMillis() {
        long spent = TimeUnit.NANOSECONDS.toMillis(agent.nanoTime() - attemptNanos);
        return Math.max(1, backend.route().timeout().toMillis() - spent);
    }

    @Override
    public void fromUpstream(ByteBuf bytes) {
        if (phase == Phase.WAITING) {
            received = received == null
                    ? bytes
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(agent.allocator(), received, bytes);
            readHead();
        } else if (phase == Phase.ANSWERING && answer != null) {
            answer.take(bytes);
        } else {
            bytes.release();
        }
        if (upstream != null && !agent.writable()) {
            upstream.reading(false);
        }
    }

    private void readHead() {
        boolean more = true;
        while (more && phase == Phase.WAITING && received != null) {
            switch (parser.parse(
                    received, ProxyLimits.RESPONSE_HEAD, request.head().method())) {
                case HeadResult.Incomplete<ResponseHead> incomplete -> more = false;
                case HeadResult.TooLarge<ResponseHead> tooLarge -> unusable("answer: head too large");
                case HeadResult.Malformed<ResponseHead> malformed -> unusable("answer: malformed head");
                case HeadResult.Complete<ResponseHead> complete -> judge(complete.head());
            }
        }
    }

    private void judge(ResponseHead head) {
        if (head.isInterim()) {
            return;
        }
        boolean unavailable = RouteChoice.isUnavailable(head.status());
        if (unavailable && attempts < candidates.size()) {
            failed("status " + head.status());
            return;
        }
        if (unavailable) {
            backend.health().failed(agent.nanoTime());
        } else {
            backend.health().answered();
        }
        if (head.status() == UNAUTHORIZED) {
            over(head.status(), "the backend did not accept the key", false);
            session.ended(request, InferenceAnswer.UNAUTHORIZED);
            return;
        }
        AnswerRelay relay = new AnswerRelay(this, gateway, agent, request, head);
        boolean coded = head.headers().all("content-encoding").stream().anyMatch(it -> !it.equalsIgnoreCase(IDENTITY));
        if (head.isSwitchingProtocols() || coded || relay.headHasKey()) {
            relay.release();
            unusable(coded ? "answer: compressed, which nobody asked for" : "answer: a head that cannot be passed on");
            return;
        }
        account.firstByte();
        phase = Phase.ANSWERING;
        answer = relay;
        ByteBuf behind = received;
        received = null;
        unexpected = head.framing().isEmpty() && behind != null && behind.isReadable();
        relay.begin();
        if (behind != null && answering(relay)) {
            relay.take(behind);
        } else if (behind != null) {
            behind.release();
        }
    }

    boolean answering(AnswerRelay relay) {
        return phase == Phase.ANSWERING && answer == relay;
    }

    /** The backend has sent more than its answer, which ends now: nothing else is asked on this connection. */
    void unexpectedBytes() {
        unexpected = true;
    }

    boolean agentMayGoOn() {
        return session.mayFollow(request);
    }

    /** The agent has the whole answer. */
    void answered(ResponseHead head) {
        UpstreamConnection used = upstream;
        upstream = null;
        boolean goOn = agentMayGoOn();
        over(head.status(), "", true);
        if (used != null && head.isPersistent() && !unexpected && used.usable() && used.writable()) {
            used.detach();
            agent.pool().give(backend.key(), used);
        } else if (used != null) {
            used.close();
        }
        session.ended(goOn);
    }

    /**
     * The answer broke off.
     *
     * @param told whether the agent knows, so that the connection may go on
     */
    void cutOff(ResponseHead head, String reason, boolean told) {
        backend.health().failed(agent.nanoTime());
        boolean goOn = agentMayGoOn();
        over(head.status(), "response truncated: " + reason, false);
        if (told) {
            session.ended(goOn);
        } else {
            session.broken();
        }
    }

    /** The agent does not take what the backend sends, which is no fault of the backend's. */
    void notRead(ResponseHead head) {
        over(head.status(), "response truncated: the client does not read", false);
        session.broken();
    }

    /** The answer cannot be passed on, and nothing of it was. */
    void unusable(String reason) {
        over(0, reason, false);
        session.ended(request, InferenceAnswer.BAD_GATEWAY);
    }

    /** This backend does not answer: the next one, if there is one. */
    private void failed(String reason) {
        backend.health().failed(agent.nanoTime());
        dropUpstream();
        if (attempts < candidates.size()) {
            account.attemptFailed(reason);
            begin();
        } else {
            over(0, reason, false);
            session.ended(request, InferenceAnswer.UNAVAILABLE);
        }
    }

    private void over(int status, String problem, boolean complete) {
        phase = Phase.OVER;
        dropUpstream();
        AnswerRelay last = answer;
        answer = null;
        account.over(status, problem, last, complete);
        if (last != null) {
            last.release();
        }
    }

    private void dropUpstream() {
        UpstreamConnection left = upstream;
        upstream = null;
        if (left != null) {
            left.close();
        }
        if (received != null && phase != Phase.ANSWERING) {
            received.release();
            received = null;
        }
    }

    @Override
    public void upstreamPaused() {
        agent.flush();
    }

    @Override
    public void upstreamWritability(boolean writable) {
        // The request went out in one piece, and nothing of the agent's is read meanwhile.
    }

    @Override
    public void upstreamEnded(boolean orderly) {
        UpstreamConnection ended = upstream;
        if (phase == Phase.ANSWERING && answer != null) {
            answer.ended(orderly);
        } else if (phase == Phase.WAITING && ended != null) {
            boolean idleTooLong = ended.reused() && received == null && !repeated;
            if (idleTooLong) {
                repeated = true;
                dropUpstream();
                phase = Phase.CONNECTING;
                agent.allow(InferenceLimits.CONNECT_MILLIS);
                connect(true);
            } else {
                failed("connection closed before an answer");
            }
        }
        agent.flush();
    }

    void agentWritability(boolean writable) {
        if (upstream != null) {
            upstream.reading(writable);
        }
    }

    void overdue() {
        switch (phase) {
            case CONNECTING -> failed("no connection in time");
            case WAITING -> failed("no answer in time");
            case ANSWERING -> {
                if (answer != null) {
                    answer.overdue();
                }
            }
            case OVER -> {}
        }
        agent.flush();
    }

    /** The agent is gone. */
    void abandon() {
        if (phase != Phase.OVER) {
            over(0, "the client went away", false);
        }
    }
}
