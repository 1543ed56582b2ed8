package io.openshell.plugin.graphql;

/** A request that cannot be judged. The message is one line and holds nothing of the request but names of the protocol. */
final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableException(String problem) {
        // Agents can send these at will: no trace is worth its price.
        super(problem, null, false, false);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
