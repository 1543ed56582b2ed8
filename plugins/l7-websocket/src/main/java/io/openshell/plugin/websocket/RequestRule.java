package io.openshell.plugin.websocket;

import io.openshell.api.inspect.QueryMatcher;
import io.openshell.api.inspect.Request;
import java.util.function.Predicate;

/**
 * One rule about handshakes or text messages, ready to be asked.
 *
 * @param id its place below the endpoint, as in {@code rules[2]}
 * @param method {@link #HANDSHAKE}, {@link #TEXT}, or {@link #ANY}
 */
record RequestRule(String id, String method, Predicate<String> path, QueryMatcher query) {

    /** The method of a handshake. */
    static final String HANDSHAKE = "GET";

    /** What stands for a method where text messages are meant. */
    static final String TEXT = "WEBSOCKET_TEXT";

    static final String ANY = "*";

    boolean allows(String subject, Request handshake) {
        return about(subject) && path.test(handshake.path()) && query.allows(handshake.query());
    }

    boolean denies(String subject, Request handshake) {
        return about(subject) && path.test(handshake.path()) && query.denies(handshake.query());
    }

    private boolean about(String subject) {
        return method.equals(ANY) || method.equals(subject);
    }
}
