package io.openshell.plugin.graphql;

import org.jspecify.annotations.Nullable;

/**
 * What a request says it wants, before its document is read.
 *
 * @param document {@code null} if it sends none
 * @param operationName which of the document's operations; {@code null} for its only one
 * @param hash a persisted document's SHA-256
 * @param id a persisted document's other name
 */
record Envelope(
        @Nullable String document,
        @Nullable String operationName,
        @Nullable String hash,
        @Nullable String id) {

    /** A document may hold anything; so may a name. */
    @Override
    public String toString() {
        return "Envelope[document " + (document == null ? "none" : document.length() + " characters") + "]";
    }
}
