package io.openshell.api.inspect;

/** How much of a request's body an inspector must see. */
public sealed interface BodyNeed {

    /** None: the body streams through after the verdict. */
    record None() implements BodyNeed {}

    /**
     * All of it, before the verdict.
     *
     * @param maxBytes a body with more bytes is refused as unreadable; positive
     */
    record Whole(int maxBytes) implements BodyNeed {
        public Whole {
            if (maxBytes <= 0) {
                throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: a positive number)");
            }
        }
    }

    /** No body. */
    BodyNeed NONE = new None();
}
