package io.openshell.api.inspect;

import java.util.Objects;

/** What an inspector says of a request or message. */
public sealed interface Verdict {

    /**
     * A rule allows it.
     *
     * @param rule the rule's place below the endpoint, as in {@code rules[2]} or {@code access}
     */
    record Allowed(String rule) implements Verdict {
        public Allowed {
            Objects.requireNonNull(rule, "rule");
        }
    }

    /**
     * No rule allows it, or a deny rule refuses it.
     *
     * @param rule the deny rule's place below the endpoint, as in {@code deny_rules[0]}; empty if it is only
     *     that no rule allows it. A deny rule wins over every other endpoint's allow rules
     * @param reason one line for the client and the event; never a query or a body
     */
    record Denied(String rule, String reason) implements Verdict {
        public Denied {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(reason, "reason");
        }

        /** Whether a deny rule refuses it, rather than no rule allowing it. */
        public boolean explicit() {
            return !rule.isEmpty();
        }

        /** No rule allows it. */
        public static Denied notPermitted(String reason) {
            return new Denied("", reason);
        }
    }

    /**
     * It could not be understood, and is refused even in audit.
     *
     * @param problem one line; never a query or a body
     */
    record Unreadable(String problem) implements Verdict {
        public Unreadable {
            Objects.requireNonNull(problem, "problem");
        }
    }
}
