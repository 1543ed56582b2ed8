package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ImageFacts;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the engines differ. What they have in common is Docker's interface, which both speak. */
interface Dialect {

    /** What this engine is called. */
    String engine();

    /** In front of every path of the common interface. */
    String prefix();

    /** Asks for an image that is there. */
    HttpRequest image(String reference);

    /** Reads the answer to that. */
    ImageFacts facts(Json image) throws IOException;

    /** Fetches an image. */
    HttpRequest pull(String reference);

    /** What a line of the answer to that says: an error, if it does. */
    Optional<String> pullError(Json line) throws IOException;

    /**
     * Makes a container.
     *
     * @param profile a file with the profile of the plan, for engines that read it from there
     */
    HttpRequest create(ContainerPlan plan, Path profile);

    /** Whether the profile has to be in a file. */
    boolean readsProfileFromFile();

    /** Asks the engine about itself. */
    HttpRequest info();

    /** Which limits it can put in force, given its answer to that. */
    Set<Limit> limits(Json info) throws IOException;

    /** What this engine cannot do of such devices, given what it says of itself; empty if it can. */
    Optional<String> devicesProblem(Json info, List<String> devices) throws IOException;
}
