package io.openshell.proxy;

/** Where a proxy accepts connections. */
public sealed interface ListeningSocket {

    /**
     * A socket that listens already, in whatever network namespace it was made. The proxy owns the descriptor from
     * now on and closes it.
     *
     * @param fd its number in this process; non-blocking
     */
    record Descriptor(int fd) implements ListeningSocket {
        public Descriptor {
            if (fd < 0) {
                throw new IllegalArgumentException("fd: " + fd + " (expected: an open descriptor)");
            }
        }
    }

    /**
     * A new socket on 127.0.0.1 of this process's own namespace.
     *
     * @param port the port; 0 for any that is free
     */
    record Loopback(int port) implements ListeningSocket {}
}
