package io.openshell.plugin.docker.endpoint;

/** A context is named that cannot be read. */
final class UnusableContextException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableContextException(String problem) {
        super(problem);
    }
}
