package io.openshell.proxy.sandbox;

import java.util.List;

/** Which program made a connection. */
public sealed interface PeerIdentity {

    /**
     * It was found, and every executable is the one that was first seen.
     *
     * @param binary the executable's path inside the sandbox
     * @param ancestors its ancestors' executables, parent first
     * @param commandLinePaths the absolute paths on the command lines, for explanations only
     * @param pid its process id in the sandbox
     */
    record Known(String binary, List<String> ancestors, List<String> commandLinePaths, int pid)
            implements PeerIdentity {
        public Known {
            ancestors = List.copyOf(ancestors);
            commandLinePaths = List.copyOf(commandLinePaths);
        }
    }

    /**
     * It was not found, is ambiguous, or an executable changed.
     *
     * @param reason one line for the event and the client
     */
    record Unknown(String reason) implements PeerIdentity {}
}
