package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.event.Actor;
import io.openshell.core.event.Destination;
import io.openshell.core.event.Ruling;
import io.openshell.core.target.Authority;
import io.openshell.proxy.egress.Clearance;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseWriter;
import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.proxy.sandbox.PolicyGeneration;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first head is read, and it is found out whether the connection may go where it wants: who made it, what the
 * policy says, which addresses the host has, and, for CONNECT, whether one of them answers. Nothing is sent
 * anywhere before all of that is known.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class Authorisation implements ConnectionState {

    private static final int HTTP_PORT = 80;

    private final ClientConnection client;
    private final SandboxRelay sandbox;
    private final RequestHead head;
    private final Destination destination;
    private Actor actor = Actor.UNKNOWN;
    private @Nullable ByteBuf early;

    private Authorisation(ClientConnection client, RequestHead head, Destination destination, @Nullable ByteBuf early) {
        this.client = client;
        this.sandbox = client.sandbox();
        this.head = head;
        this.destination = destination;
        this.early = early;
    }

    /**
     * Begins.
     *
     * @param head a CONNECT, or an absolute-form request for {@code http}
     * @param early what came behind it
     */
    static void begin(
            ClientConnection client,
            RequestHead head,
            @Nullable ByteBuf early,
            CompletionStage<PeerIdentity> identity) {
        String text =
                head.isConnect() ? head.target() : head.absoluteAuthority().orElse("");
        Authority parsed = head.isConnect() ? Authority.parse(text) : Authority.parse(text, HTTP_PORT);
        Destination destination = switch (parsed) {
            case Authority.Valid authority -> new Destination(authority.host(), authority.port());
            case Authority.Refused refused -> new Destination("-", 0);
        };
        Authorisation state = new Authorisation(client, head, destination, early);
        client.allow(RelayLimits.AUTHORISE_MILLIS);
        client.become(state);
        if (parsed instanceof Authority.Refused refused) {
            state.refuseAuthority(refused.problem());
        } else {
            state.later(identity, state::identified, "identity lookup failed");
        }
    }

    private void identified(PeerIdentity identity) {
        switch (identity) {
            case PeerIdentity.Unknown unknown ->
                refuse(
                        Ruling.NONE,
                        "",
                        Ruling.POLICY,
                        unknown.reason(),
                        ErrorResponses.identityUnknown(
                                head.method(), destination.host(), destination.port(), unknown.reason()));
            case PeerIdentity.Known known -> decide(known);
        }
    }

    private void decide(PeerIdentity.Known known) {
        actor = new Actor(known.binary(), known.pid(), known.ancestors());
        ConnectionFacts facts = new ConnectionFacts(
                destination.host(), destination.port(), known.binary(), known.ancestors(), known.commandLinePaths());
        long started = System.nanoTime();
        PolicyGeneration generation = sandbox.policy();
        ConnectionDecision decision = Decisions.connection(generation.policy(), facts);
        long nanos = System.nanoTime() - started;
        switch (decision) {
            case ConnectionDecision.Denied denied -> deny(denied.reason(), generation.number(), nanos);
            case ConnectionDecision.Allowed allowed ->
                later(
                        sandbox.egress()
                                .clear(
                                        destination.host(),
                                        destination.port(),
                                        allowed.endpoints().allowedAddresses()),
                        clearance -> checked(clearance, facts, generation, allowed, nanos),
                        "address check failed");
        }
    }

    private void checked(
            Clearance clearance,
            ConnectionFacts facts,
            PolicyGeneration generation,
            ConnectionDecision.Allowed allowed,
            long nanos) {
        switch (clearance) {
            case Clearance.Blocked blocked ->
                refuse(
                        allowed.policyName(),
                        allowed.ruleId(),
                        Ruling.SSRF,
                        blocked.reason(),
                        ErrorResponses.addressRefused(
                                head.method(),
                                destination.host(),
                                destination.port(),
                                blocked.detail(),
                                blocked.reason()));
            case Clearance.Unresolved unresolved -> unreachable(unresolved.reason());
            case Clearance.Cleared cleared ->
                admit(new Admission(sandbox, facts, actor, generation, allowed, cleared.addresses()), nanos);
        }
    }

    private void admit(Admission admission, long nanos) {
        if (!admission.renew()) {
            finish(ErrorResponses.policyChanged(head.method(), destination.host(), destination.port(), ""));
            return;
        }
        if (!head.isConnect()) {
            ByteBuf body = taken();
            HttpRelay relay = HttpRelay.forward(client, admission);
            client.become(relay);
            relay.first(head, body);
            return;
        }
        sandbox.emit(sandbox.networkEvents().allowed(destination, actor, admission.ruling(Ruling.POLICY, "", nanos)));
        if (hasIdleUpstream(admission)) {
            establish(new Tunnel(admission, null));
        } else {
            dial(admission);
        }
    }

    /** Where requests are inspected, an idle connection is as good as a new one; whether TLS comes is not known yet. */
    private boolean hasIdleUpstream(Admission admission) {
        EndpointSet endpoints = admission.endpoints();
        List<InetAddress> addresses = admission.addresses();
        return !endpoints.tlsSkip()
                && endpoints.kind() == EndpointSet.Kind.REQUESTS
                && (client.loop().pool().has(sandbox.key(admission, true), addresses)
                        || client.loop().pool().has(sandbox.key(admission, false), addresses));
    }

    private void dial(Admission admission) {
        Future<UpstreamConnection> dialling =
                sandbox.dialer().dial(client.channel().eventLoop(), admission.addresses(), admission.port());
        dialling.addListener(done -> {
            if (!dialling.isSuccess()) {
                if (client.in(this)) {
                    unreachable(Failures.reason(dialling.cause()));
                }
            } else if (client.in(this)) {
                establish(new Tunnel(admission, dialling.getNow()));
            } else {
                dialling.getNow().close();
            }
        });
    }

    private void establish(Tunnel tunnel) {
        ByteBuf bytes = taken();
        client.write(ResponseWriter.connectionEstablished());
        client.flush();
        client.reading(true);
        if (tunnel.admission().endpoints().tlsSkip()) {
            UpstreamConnection upstream = tunnel.take();
            if (upstream == null) {
                throw new IllegalStateException("a raw tunnel without an upstream");
            }
            RawRelay.begin(client, tunnel.admission(), new Switching.Upstream(upstream, null, null), bytes, false);
        } else {
            Detection.begin(client, tunnel, bytes);
        }
    }

    private void refuseAuthority(String problem) {
        refuse(
                Ruling.NONE,
                "",
                Ruling.HTTP_PARSER,
                problem,
                ErrorResponses.of(400, "invalid_request_target", problem, ""));
    }

    private void deny(String reason, long generation, long nanos) {
        Ruling ruling = new Ruling(Ruling.NONE, "", Ruling.POLICY, reason, generation, nanos);
        sandbox.emit(sandbox.networkEvents().denied(destination, actor, ruling));
        finish(ErrorResponses.policyDenied(
                head.method(), destination.host(), destination.port(), HttpRelay.shownPath(head), reason));
    }

    private void refuse(String policyName, String ruleId, String engine, String reason, ErrorResponse answer) {
        Ruling ruling =
                new Ruling(policyName, ruleId, engine, reason, sandbox.policy().number(), 0);
        sandbox.emit(sandbox.networkEvents().denied(destination, actor, ruling));
        finish(answer);
    }

    private void unreachable(String reason) {
        sandbox.failed(destination, actor, reason);
        finish(ErrorResponses.upstreamUnreachable(destination.host(), destination.port(), reason));
    }

    private void finish(ErrorResponse answer) {
        released();
        client.finish(answer.encodeFor(head.method(), client.channel().alloc()));
    }

    /** Brings a result back to the event loop; it is dropped if the connection has gone meanwhile. */
    private <T> void later(CompletionStage<T> stage, Consumer<T> then, String failureReason) {
        stage.whenComplete((value, failure) -> client.channel().eventLoop().execute(() -> {
            if (!client.in(this)) {
                return;
            }
            if (failure == null) {
                accept(then, value);
            } else {
                deny(
                        failureReason + ": " + Failures.reason(failure),
                        sandbox.policy().number(),
                        0);
            }
        }));
    }

    /** A fault of ours is a refusal too. */
    private <T> void accept(Consumer<T> then, T value) {
        try {
            then.accept(value);
        } catch (RuntimeException e) {
            sandbox.broken(e);
            client.close();
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        ByteBuf kept = early == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), early, bytes);
        early = kept;
        if (kept.readableBytes() > RelayLimits.PIPELINED_BYTES) {
            client.reading(false);
        }
    }

    /** The agent may have sent all it had to send and still wait for the answer. */
    @Override
    public void clientEnded() {
        if (head.isConnect()) {
            client.close();
        }
    }

    @Override
    public void overdue() {
        unreachable("no answer in time");
    }

    @Override
    public void released() {
        ByteBuf left = taken();
        if (left != null) {
            left.release();
        }
    }

    private @Nullable ByteBuf taken() {
        ByteBuf bytes = early;
        early = null;
        return bytes;
    }
}
