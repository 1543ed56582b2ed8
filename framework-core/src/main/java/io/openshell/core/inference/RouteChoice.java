package io.openshell.core.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Which backends a request is tried at, in which order. */
public final class RouteChoice {

    /** Backends say with these that they, and not the request, are the trouble. */
    private static final List<Integer> UNAVAILABLE = List.of(429, 502, 503, 504);

    private RouteChoice() {}

    /**
     * The routes for a protocol: in the order in which they were declared, those that rest after a failure last.
     *
     * @param rests whether others are to be asked before this one
     */
    public static List<InferenceRoute> of(
            List<InferenceRoute> routes, InferenceProtocol protocol, Predicate<InferenceRoute> rests) {
        List<InferenceRoute> ready = new ArrayList<>();
        List<InferenceRoute> resting = new ArrayList<>();
        for (InferenceRoute route : routes) {
            if (route.protocols().contains(protocol)) {
                (rests.test(route) ? resting : ready).add(route);
            }
        }
        ready.addAll(resting);
        return ready;
    }

    /** Whether an answer with this status is a reason to ask another backend. */
    public static boolean isUnavailable(int status) {
        return UNAVAILABLE.contains(status);
    }
}
