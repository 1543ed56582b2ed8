package io.openshell.api.credential;

import io.openshell.api.inspect.HeaderEdit;
import java.util.List;

/** What becomes of a part. */
public sealed interface Rewrite {

    /** It holds nothing for this rewriter. */
    record Untouched() implements Rewrite {}

    /** It is replaced. */
    record Rewritten(Secret value) implements Rewrite {}

    /** The request's headers change: the answer to {@link RequestPart.Whole}. Values may be secret; they are never printed. */
    record Signed(List<HeaderEdit> edits) implements Rewrite {
        public Signed {
            edits = List.copyOf(edits);
        }

        @Override
        public String toString() {
            return "Signed[" + edits.size() + " redacted edits]";
        }
    }

    /**
     * The request must not be sent.
     *
     * @param reason one line for the event; never a secret or a placeholder
     */
    record Refused(String reason) implements Rewrite {}
}
