package io.openshell.api.credential;

import java.util.List;

/** What becomes of a part. */
public sealed interface Rewrite {

    /** It holds nothing for this rewriter. */
    record Untouched() implements Rewrite {}

    /** It is replaced. */
    record Rewritten(Secret value) implements Rewrite {}

    /** The request as a whole is sent with these fields: the answer to {@link RequestPart.Whole}. Values are never printed. */
    record Signed(List<SignedField> fields) implements Rewrite {
        public Signed {
            fields = List.copyOf(fields);
        }
    }

    /**
     * The request must not be sent.
     *
     * @param reason one line for the event; never a secret or a placeholder
     */
    record Refused(String reason) implements Rewrite {}
}
