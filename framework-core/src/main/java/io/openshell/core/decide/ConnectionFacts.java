package io.openshell.core.decide;

import java.util.List;

/**
 * What is known of a connection that someone inside a sandbox wants to make.
 *
 * @param host in canonical form ({@link io.openshell.core.target.HostName})
 * @param port the port
 * @param binary the executable's path inside the sandbox; empty if unknown, which denies
 * @param ancestors the executables of its ancestors, nearest first
 * @param commandLinePaths absolute paths on the command lines; they are shown in reasons and never grant anything,
 *     for anyone can write any command line
 */
public record ConnectionFacts(
        String host, int port, String binary, List<String> ancestors, List<String> commandLinePaths) {

    public ConnectionFacts {
        ancestors = List.copyOf(ancestors);
        commandLinePaths = List.copyOf(commandLinePaths);
    }
}
