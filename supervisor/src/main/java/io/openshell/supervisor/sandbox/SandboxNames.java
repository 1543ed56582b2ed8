package io.openshell.supervisor.sandbox;

import io.openshell.core.address.IpLiteral;
import io.openshell.proxy.sandbox.NameResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Resolves names for one sandbox: its own entries first, then this machine's resolver. Nothing is remembered, neither
 * here nor by the JDK ({@link Resolvers}): what was checked once says nothing about the next connection.
 */
final class SandboxNames implements NameResolver {

    private static final long TIMEOUT_SECONDS = 15;

    private final Map<String, List<InetAddress>> own = new HashMap<>();
    private final Executor resolvers;

    /** @param resolvers threads that may block in the C library */
    SandboxNames(List<HostEntry> entries, Executor resolvers) {
        this.resolvers = resolvers;
        for (HostEntry entry : entries) {
            List<InetAddress> addresses = own.computeIfAbsent(entry.name(), name -> new ArrayList<>());
            if (!addresses.contains(entry.address())) {
                addresses.add(entry.address());
            }
        }
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        Optional<InetAddress> literal = IpLiteral.parse(host);
        if (literal.isPresent()) {
            return CompletableFuture.completedFuture(List.of(literal.get()));
        }
        List<InetAddress> entry = own.get(host);
        if (entry != null) {
            return CompletableFuture.completedFuture(List.copyOf(entry));
        }
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        try {
            resolvers.execute(() -> ask(host, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new UnknownHostException(host + ": too many names wait to be resolved"));
        }
        return result.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static void ask(String host, CompletableFuture<List<InetAddress>> result) {
        if (result.isDone()) {
            return;
        }
        try {
            result.complete(List.of(InetAddress.getAllByName(host)));
        } catch (UnknownHostException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }
}
