package io.openshell.api.compute;

import java.util.Objects;

/**
 * What a platform can enforce and offer.
 *
 * @param root where the sandbox's files come from
 * @param network who takes the network away
 * @param images whether requests name an image
 * @param restart whether a stopped workload can be started again
 * @param link how launcher and supervisor meet
 */
public record Capabilities(Root root, Network network, boolean images, boolean restart, Link link) {

    public Capabilities {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(link, "link");
    }

    /** Of a platform on this machine's own kernel. */
    public Capabilities(Root root, Network network, boolean images, boolean restart) {
        this(root, network, images, restart, Link.SOCKET);
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

    /** How launcher and supervisor meet. */
    public enum Link {
        /** The launcher reaches the supervisor's Unix socket on this machine, and descriptors can be passed over it. */
        SOCKET,
        /** The driver connects the socket to the launcher on another kernel; bytes pass, descriptors do not. */
        BYTES,
        /** The driver starts the supervisor beside the launcher, as {@link SandboxRequest#sidecar()} says. */
        SIDECAR
    }

    /** A resource that can be limited. */
    public enum Limit {
        /** Processes and threads. */
        PIDS,
        /** Memory, with what files in memory take; swap is no way around it. */
        MEMORY,
        /** Time on processors. */
        CPU
    }
}
