package io.openshell.plugin.docker.endpoint;

import java.nio.file.Path;

/** Where an engine is to be looked for. */
public sealed interface EngineSocket {

    /**
     * On this Unix socket.
     *
     * @param path the socket, whether it is there or not
     * @param origin what says so, for people
     */
    record At(Path path, String origin) implements EngineSocket {}

    /**
     * Nowhere that can be used.
     *
     * @param problem in one line, with what is expected
     */
    record Unusable(String problem) implements EngineSocket {}
}
