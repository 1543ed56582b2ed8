package io.openshell.proxy.inference;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.openshell.core.echo.EchoPatterns;
import io.openshell.core.event.Actor;
import io.openshell.core.event.ApiEvents;
import io.openshell.core.event.Destination;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.NetworkEvents;
import io.openshell.core.event.Ruling;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.BackendHealth;
import io.openshell.core.inference.BudgetMeter;
import io.openshell.core.inference.InferenceProtocol;
import io.openshell.core.inference.InferenceRoute;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.inference.RouteChoice;
import io.openshell.proxy.egress.Dialer;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.sandbox.NameResolver;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** One sandbox's inference: its routes, how its backends fare, and what it has used. Safe for use by all event loops. */
public final class InferenceGateway implements AutoCloseable {

    private static final Destination PLACE = new Destination(InferenceSettings.HOST, InferenceSettings.PORT);

    private final InferenceSettings settings;
    private final Surroundings surroundings;
    private final ApiEvents apiEvents;
    private final NetworkEvents networkEvents;
    private final BudgetMeter budget;
    private final Map<String, Backend> backends = new HashMap<>();
    private final AtomicLong held = new AtomicLong();
    private final EchoPatterns echoes;

    /** Puts TLS on a connection to a backend. */
    @FunctionalInterface
    public interface Securing {

        /** Fails if the backend does not prove that it is {@code host}. */
        Future<Channel> secure(UpstreamConnection connection, EventLoop loop, String host, int port);
    }

    /**
     * What it works with.
     *
     * @param sandbox whose it is
     * @param clock dates events and counts days
     * @param events takes the events
     * @param names resolves backends
     * @param dialer connects to them
     * @param securing puts TLS on
     * @param background runs what takes long
     */
    public record Surroundings(
            SandboxInfo sandbox,
            InstantSource clock,
            EventSink events,
            NameResolver names,
            Dialer dialer,
            Securing securing,
            Executor background) {}

    public InferenceGateway(InferenceSettings settings, Surroundings surroundings) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.apiEvents = new ApiEvents(surroundings.sandbox(), surroundings.clock());
        this.networkEvents = new NetworkEvents(surroundings.sandbox(), surroundings.clock());
        this.budget = new BudgetMeter(settings.budget(), surroundings.clock());
        this.echoes = echoes(settings);
        settings.routes().forEach(route -> backends.put(route.id(), new Backend(route, surroundings)));
    }

    /** Serves a connection of the agent. */
    public InferenceSession open(AgentSide agent) {
        return new InferenceSession(this, agent);
    }

    /** Records that something of the agent was refused. */
    public void denied(String reason) {
        Ruling ruling = new Ruling(Ruling.NONE, "", Ruling.INFERENCE, "Inference interception denied: " + reason, 0, 0);
        surroundings.events().emit(networkEvents.denied(PLACE, Actor.UNKNOWN, ruling));
    }

    /** Records that a connection of the agent broke before it asked anything. */
    public void failed(String reason) {
        surroundings.events().emit(networkEvents.failed(PLACE, Actor.UNKNOWN, reason));
    }

    private static EchoPatterns echoes(InferenceSettings settings) {
        EchoPatterns.Builder builder = EchoPatterns.builder();
        settings.routes()
                .forEach(route -> route.key().ifPresent(key -> key.reveal(bytes -> builder.add(route.id(), bytes))));
        return builder.build();
    }

    /** The keys of all backends, to be looked for in what any of them answers. */
    EchoPatterns echoes() {
        return echoes;
    }

    boolean configured() {
        return !settings.routes().isEmpty();
    }

    /** The backends for a protocol, in the order in which they are tried at this time of {@link AgentSide#nanoTime}. */
    List<Backend> candidates(InferenceProtocol protocol, long nanos) {
        return RouteChoice.of(
                        settings.routes(), protocol, route -> health(route).rests(nanos))
                .stream()
                .map(route -> Objects.requireNonNull(backends.get(route.id())))
                .toList();
    }

    BudgetMeter budget() {
        return budget;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    ApiEvents apiEvents() {
        return apiEvents;
    }

    /** Makes room for so much more of bodies; false if there is none, and then nothing is taken. */
    boolean hold(long bytes) {
        if (held.addAndGet(bytes) <= InferenceLimits.HELD_BODIES) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void letGo(long bytes) {
        held.addAndGet(-bytes);
    }

    private BackendHealth health(InferenceRoute route) {
        return Objects.requireNonNull(backends.get(route.id())).health();
    }

    /** The sandbox has ended: what is known of its backends' keys is overwritten once no answer is searched for them. */
    @Override
    public void close() {
        echoes.close();
    }
}
