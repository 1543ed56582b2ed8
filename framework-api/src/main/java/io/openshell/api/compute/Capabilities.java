package io.openshell.api.compute;

import java.util.Set;

/**
 * What a platform can enforce and offer.
 *
 * @param root where the sandbox's files come from
 * @param network who takes the network away
 * @param limits the resources that it can limit
 * @param images whether requests name an image
 * @param restart whether a stopped workload can be started again
 */
public record Capabilities(Root root, Network network, Set<Limit> limits, boolean images, boolean restart) {

    public Capabilities {
        limits = Set.copyOf(limits);
    }

    /** Where the sandbox's files come from. */
    public enum Root {
        /** The launcher makes a root of this machine's declared paths. */
        HOST_PATHS,
        /** The workload comes with a root of its own. */
        IMAGE
    }

    /** Who takes the network away. */
    public enum Network {
        /** The launcher makes the network namespaces. */
        LAUNCHER,
        /** The platform starts the workload without a network; the listener sits on its loopback interface. */
        PLATFORM
    }

    /** A resource that can be limited. */
    public enum Limit {
        PIDS,
        MEMORY,
        CPU
    }
}
