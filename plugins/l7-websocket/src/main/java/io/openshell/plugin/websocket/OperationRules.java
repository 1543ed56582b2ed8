package io.openshell.plugin.websocket;

import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Rules about operations, compiled by the protocol that knows them. It counts only those of its own kind, so the places that it
 * names are translated.
 */
record OperationRules(RequestInspector graphql, RulePlaces places) {

    /** What {@code graphql} names as the rule that allows a message that asks for no operation, such as a ping. */
    private static final String CONTROL = "control";

    /** Whether a message was allowed because it asks for no operation. */
    static boolean isControl(Verdict verdict) {
        return verdict instanceof Verdict.Allowed allowed && allowed.rule().equals(CONTROL);
    }

    Verdict judge(String message) {
        @Nullable Verdict verdict = graphql.inspectMessage(message);
        return switch (verdict) {
            case Verdict.Allowed allowed -> new Verdict.Allowed(places.original(allowed.rule()));
            case Verdict.Denied denied -> new Verdict.Denied(places.original(denied.rule()), denied.reason());
            case Verdict.Unreadable unreadable -> unreadable;
            case null -> new Verdict.Unreadable("graphql gave no verdict");
        };
    }
}
