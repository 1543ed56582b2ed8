package io.openshell.proxy.egress;

import io.openshell.core.address.AddressGuard;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.address.IpLiteral;
import io.openshell.proxy.sandbox.NameResolver;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Resolves a destination once and checks every address of it. */
public final class EgressCheck {

    private final NameResolver names;
    private final Optional<InetAddress> trustedGateway;

    public EgressCheck(NameResolver names, Optional<InetAddress> trustedGateway) {
        this.names = names;
        this.trustedGateway = trustedGateway;
    }

    /**
     * Resolves and checks.
     *
     * @param host the canonical host
     * @param allowed what the policy's endpoints add to the public addresses
     * @return never fails: what goes wrong is {@link Clearance.Unresolved}
     */
    public CompletionStage<Clearance> clear(String host, int port, AllowedAddresses allowed) {
        return resolve(host)
                .orTimeout(EgressLimits.RESOLVE_MILLIS, TimeUnit.MILLISECONDS)
                .handle((addresses, failure) -> failure == null
                        ? check(host, port, addresses, allowed)
                        : new Clearance.Unresolved(
                                "DNS resolution failed for " + host + ":" + port + ": " + causeOf(failure)));
    }

    /** Checks addresses that were resolved before, against what a newer policy says. */
    public Clearance check(String host, int port, List<InetAddress> addresses, AllowedAddresses allowed) {
        if (addresses.isEmpty()) {
            return new Clearance.Unresolved("DNS resolution returned no addresses for " + host + ":" + port);
        }
        boolean literal = IpLiteral.parse(host).isPresent();
        return switch (AddressGuard.check(host, port, addresses, allowed, literal, trustedGateway)) {
            case AddressGuard.Permitted permitted -> new Clearance.Cleared(permitted.addresses());
            case AddressGuard.Refused refused -> new Clearance.Blocked(refused.detail(), refused.reason());
        };
    }

    /** A copy of the resolver's stage: the time-out must not end a stage that the resolver shares. */
    private CompletableFuture<List<InetAddress>> resolve(String host) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        resolver(host).whenComplete((addresses, failure) -> {
            if (failure == null) {
                result.complete(List.copyOf(addresses));
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private CompletionStage<List<InetAddress>> resolver(String host) {
        try {
            return names.resolve(host);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static String causeOf(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof java.util.concurrent.TimeoutException
                ? "no answer in time"
                : cause.getClass().getSimpleName();
    }
}
