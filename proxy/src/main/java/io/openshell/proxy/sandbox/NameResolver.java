package io.openshell.proxy.sandbox;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Resolves host names: the sandbox's own hosts entries first, then the system's resolver. */
@FunctionalInterface
public interface NameResolver {

    /**
     * Resolves a name once. Does its blocking work elsewhere and returns at once.
     *
     * @param host a canonical host name, or an address literal without brackets, which is itself
     * @return every address, in order of preference; a stage that fails, or an empty list, means that the
     *     connection is refused
     */
    CompletionStage<List<InetAddress>> resolve(String host);
}
