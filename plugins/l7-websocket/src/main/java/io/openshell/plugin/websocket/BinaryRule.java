package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Verdict;

/** What becomes of binary messages, which no rule can read. */
enum BinaryRule {
    /** The endpoint says {@code binary: allow}. */
    ALLOW,
    /** The endpoint says {@code binary: deny}, or has rules about text messages that binary ones would evade. */
    DENY,
    /** Nothing tells them apart from text messages. */
    AS_TEXT;

    Verdict verdict(Verdict text) {
        return switch (this) {
            case ALLOW -> new Verdict.Allowed("binary");
            case DENY -> Verdict.Denied.notPermitted("binary messages are not permitted by policy");
            case AS_TEXT ->
                text instanceof Verdict.Allowed
                        ? text
                        : Verdict.Denied.notPermitted("binary messages are not permitted by policy");
        };
    }
}
