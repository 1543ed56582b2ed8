package io.openshell.proxy.inference;

import io.openshell.core.address.IpLiteral;
import io.openshell.core.inference.BackendAddress;
import io.openshell.core.inference.BackendHealth;
import io.openshell.core.inference.InferenceEndpoint;
import io.openshell.core.inference.InferenceRoute;
import io.openshell.proxy.egress.EgressLimits;
import io.openshell.proxy.egress.UpstreamKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A route with what is known of its backend by now. Safe for use by all event loops. */
final class Backend {

    /** No policy admitted it. */
    private static final long NO_GENERATION = -1;

    private final InferenceRoute route;
    private final InferenceGateway.Surroundings surroundings;
    private final BackendHealth health = new BackendHealth();
    private final UpstreamKey key;
    private volatile @Nullable Known known;

    private record Known(List<InetAddress> addresses, long untilNanos) {}

    Backend(InferenceRoute route, InferenceGateway.Surroundings surroundings) {
        this.route = route;
        this.surroundings = surroundings;
        InferenceEndpoint endpoint = route.endpoint();
        this.key = new UpstreamKey(
                surroundings.sandbox().id(),
                endpoint.host(),
                endpoint.port(),
                endpoint.tls(),
                "inference " + route.id(),
                NO_GENERATION);
    }

    InferenceRoute route() {
        return route;
    }

    BackendHealth health() {
        return health;
    }

    /** What its idle connections are kept under: no other request may use them. */
    UpstreamKey key() {
        return key;
    }

    /** Its addresses, if they are known at this time: at once, and without asking anybody. */
    List<InetAddress> knownAddresses(long nanos) {
        Known last = known;
        return last != null && last.untilNanos() - nanos > 0 ? last.addresses() : List.of();
    }

    /** Its addresses as of this time, each of which may be dialled; fails if there is none, or one that may not. */
    CompletableFuture<List<InetAddress>> addresses(long nanos) {
        List<InetAddress> already = knownAddresses(nanos);
        if (!already.isEmpty()) {
            return CompletableFuture.completedFuture(already);
        }
        return resolved().thenApply(found -> checked(found, nanos));
    }

    private CompletableFuture<List<InetAddress>> resolved() {
        Optional<InetAddress> literal = IpLiteral.parse(route.endpoint().host());
        if (literal.isPresent()) {
            return CompletableFuture.completedFuture(List.of(literal.get()));
        }
        // A copy: the time-out must not end a stage that the resolver shares.
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        surroundings.names().resolve(route.endpoint().host()).whenComplete((found, failure) -> {
            if (failure == null) {
                result.complete(List.copyOf(found));
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result.orTimeout(EgressLimits.RESOLVE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private List<InetAddress> checked(List<InetAddress> found, long nanos) {
        for (InetAddress address : found) {
            BackendAddress.refusal(route, address).ifPresent(reason -> {
                throw new IllegalStateException(reason);
            });
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("the backend's name has no address");
        }
        known = new Known(found, nanos + TimeUnit.MILLISECONDS.toNanos(InferenceLimits.ADDRESSES_MILLIS));
        return found;
    }
}
