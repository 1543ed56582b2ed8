package io.openshell.core.inference;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What inference one sandbox has.
 *
 * @param routes in the order in which they are tried; empty if there is none
 * @param budget how much of it
 */
public record InferenceSettings(List<InferenceRoute> routes, Budget budget) implements AutoCloseable {

    /** The name that requests go to. */
    public static final String HOST = "inference.local";

    /** The port that requests go to. */
    public static final int PORT = 443;

    /** No inference. */
    public static final InferenceSettings NONE = new InferenceSettings(List.of(), Budget.UNLIMITED);

    /** What stands where a client insists on a key. It opens nothing. */
    public static final String DUMMY_KEY = "openshell-inference-local";

    public InferenceSettings {
        routes = List.copyOf(routes);
    }

    /** Whether the reserved name and port are meant. */
    public static boolean isAddressed(String canonicalHost, int port) {
        return port == PORT && canonicalHost.equals(HOST);
    }

    /** Variables by which the usual clients find it; none of a family that no route serves. */
    public Map<String, String> environment() {
        Set<InferenceProtocol> served = EnumSet.noneOf(InferenceProtocol.class);
        routes.forEach(route -> served.addAll(route.protocols()));
        Map<String, String> variables = new TreeMap<>();
        if (served.stream().anyMatch(it -> it.id().startsWith("openai_"))) {
            variables.put("OPENAI_BASE_URL", "https://" + HOST + "/v1");
            variables.put("OPENAI_API_KEY", DUMMY_KEY);
        }
        if (served.contains(InferenceProtocol.ANTHROPIC_MESSAGES)) {
            variables.put("ANTHROPIC_BASE_URL", "https://" + HOST);
            variables.put("ANTHROPIC_API_KEY", DUMMY_KEY);
        }
        return variables;
    }

    /** Clears the keys. */
    @Override
    public void close() {
        routes.forEach(InferenceRoute::close);
    }
}
