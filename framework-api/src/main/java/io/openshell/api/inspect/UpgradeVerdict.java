package io.openshell.api.inspect;

import java.util.List;
import java.util.Objects;

/** What an inspector says of a request to change protocol. */
public sealed interface UpgradeVerdict {

    /**
     * Not allowed; in audit a {@link Verdict.Denied} is still refused, for what would follow is not inspected.
     *
     * @param verdict a {@link Verdict.Denied} or {@link Verdict.Unreadable}; the core takes an {@link Verdict.Allowed} here
     *     for a defect, and refuses too
     */
    record Refused(Verdict verdict) implements UpgradeVerdict {
        public Refused {
            Objects.requireNonNull(verdict, "verdict");
        }
    }

    /**
     * Allowed, and after the upstream's 101 the bytes are relayed unread.
     *
     * @param rule the rule that allows it
     */
    record Unread(String rule) implements UpgradeVerdict {
        public Unread {
            Objects.requireNonNull(rule, "rule");
        }
    }

    /**
     * Allowed, and after the upstream's 101 a stream inspector reads the bytes.
     *
     * @param rule the rule that allows it
     * @param edits what changes in the request's headers before it goes upstream, such as the extensions offered
     * @param continuation checks the upstream's answer and opens the stream
     */
    record Inspected(String rule, List<HeaderEdit> edits, Continuation continuation) implements UpgradeVerdict {
        public Inspected {
            Objects.requireNonNull(rule, "rule");
            edits = List.copyOf(edits);
            Objects.requireNonNull(continuation, "continuation");
        }
    }

    /** Takes over when the upstream has answered 101, before the client sees it. */
    @FunctionalInterface
    interface Continuation {

        /**
         * Opens the stream.
         *
         * @param response the headers of the upstream's 101
         * @throws IllegalArgumentException if the answer does not fit the request: the connection ends and the
         *     client gets no 101; the message is the reason
         */
        StreamInspector open(Headers response, Judge judge);
    }
}
