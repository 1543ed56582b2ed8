package io.openshell.plugin.graphql;

/**
 * What a document may ask for at most.
 *
 * @param depth levels of nested fields
 * @param aliases fields with another name, as often as fragments repeat them
 * @param rootFields fields at the top of one operation
 * @param tokens words and signs of one document
 * @param batch operations of one request
 */
record Limits(int depth, int aliases, int rootFields, int tokens, int batch) {

    /** The full introspection query of GraphiQL has depth 13 and about 300 tokens. */
    static final Limits DEFAULT = new Limits(24, 128, 64, 5_000, 16);

    /** What each can be raised to: the parser's own bounds, and what the memory of a request allows. */
    static final Limits LARGEST = new Limits(60, 5_000, 1_000, 15_000, 100);
}
