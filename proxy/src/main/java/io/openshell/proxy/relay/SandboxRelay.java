package io.openshell.proxy.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import io.openshell.core.event.Actor;
import io.openshell.core.event.Destination;
import io.openshell.core.event.FindingEvents;
import io.openshell.core.event.HttpEvents;
import io.openshell.core.event.NetworkEvents;
import io.openshell.core.event.SecurityEvent;
import io.openshell.proxy.egress.Dialer;
import io.openshell.proxy.egress.EgressCheck;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamKey;
import io.openshell.proxy.inference.InferenceGateway;
import io.openshell.proxy.sandbox.PolicyGeneration;
import io.openshell.proxy.sandbox.SandboxContext;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections of one sandbox share. Safe for use by all event loops. */
@SuppressWarnings("FutureReturnValueIgnored") // what was asked for later comes back as a task
public final class SandboxRelay {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxRelay.class);

    private final SandboxContext context;
    private final Map<EventLoop, RelayLoop> loops;
    private final Dialer dialer;
    private final Executor background;
    private final EgressCheck egress;
    private final NetworkEvents networkEvents;
    private final HttpEvents httpEvents;
    private final EchoGuards echoes;
    private final UpstreamTls upstreamTls;
    private final InferenceGateway inference;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Prepares to serve a sandbox.
     *
     * @param loops one for each event loop that may bring connections
     * @param background runs what may block or take long
     */
    public SandboxRelay(
            SandboxContext context,
            Map<EventLoop, RelayLoop> loops,
            Dialer dialer,
            Executor background,
            InstantSource clock) {
        this.context = context;
        this.loops = loops;
        this.dialer = dialer;
        this.background = background;
        this.egress = new EgressCheck(context.names(), context.trustedGateway());
        this.upstreamTls = new UpstreamTls(context.trust()::newClientContext, background);
        this.networkEvents = new NetworkEvents(context.info(), clock);
        this.httpEvents = new HttpEvents(context.info(), clock);
        this.inference = new InferenceGateway(
                context.inference(),
                new InferenceGateway.Surroundings(
                        context.info(),
                        clock,
                        context.events(),
                        context.names(),
                        dialer,
                        upstreamTls::secure,
                        background));
        this.echoes =
                new EchoGuards(context.credentials(), new FindingEvents(context.info(), clock), context.events()::emit);
    }

    /** The handler for a connection that was accepted on this channel's event loop. */
    public ChannelHandler handlerFor(Channel accepted) {
        RelayLoop loop = loops.get(accepted.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("event loop: not one of the proxy's");
        }
        upstreamTls.begin();
        return new ClientConnection(this, loop, accepted);
    }

    /** Tells that the proxy listens. */
    public void listening(Destination address) {
        emit(networkEvents.listening(address));
        echoes.begin();
    }

    /** Ends every connection and closes the idle ones. */
    public void end() {
        loops.forEach((eventLoop, loop) -> eventLoop.execute(() -> loop.end(this)));
        echoes.close();
        inference.close();
    }

    /** How many connections are open. */
    public int openConnections() {
        return open.get();
    }

    String id() {
        return context.info().id();
    }

    SandboxContext context() {
        return context;
    }

    PolicyGeneration policy() {
        return context.policy().get();
    }

    Dialer dialer() {
        return dialer;
    }

    EgressCheck egress() {
        return egress;
    }

    Executor background() {
        return background;
    }

    /**
     * Puts TLS on a connection to an admitted destination.
     *
     * @return fails if the upstream does not prove who it is
     */
    Future<Channel> secure(UpstreamConnection connection, EventLoop loop, Admission admission) {
        return upstreamTls.secure(connection, loop, admission.host(), admission.port());
    }

    /** What answers in the place of {@code inference.local}. */
    InferenceGateway inference() {
        return inference;
    }

    NetworkEvents networkEvents() {
        return networkEvents;
    }

    HttpEvents httpEvents() {
        return httpEvents;
    }

    /** What is looked for in answers. */
    EchoGuards echoes() {
        return echoes;
    }

    void emit(SecurityEvent event) {
        context.events().emit(event);
    }

    void failed(Destination destination, Actor actor, String reason) {
        emit(networkEvents.failed(destination, actor, reason));
    }

    /** Counts a new connection; false if it is one too many. */
    boolean opened() {
        return open.incrementAndGet() <= RelayLimits.CONNECTIONS_PER_SANDBOX;
    }

    void closed() {
        open.decrementAndGet();
    }

    /** A peer's reset or broken TLS is daily life; anything else that a handler throws is a fault of ours. */
    void broken(Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("connection of sandbox {} broke", id(), cause);
        } else {
            LOG.warn("connection of sandbox {} is closed after a fault", id(), cause);
        }
    }

    /** What connections for this destination may be shared by. No endpoint injects credentials yet. */
    UpstreamKey key(Admission admission, boolean tls) {
        return new UpstreamKey(id(), admission.host(), admission.port(), tls, "", admission.generation());
    }
}
