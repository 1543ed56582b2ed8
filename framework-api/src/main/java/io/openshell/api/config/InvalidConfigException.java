package io.openshell.api.config;

/**
 * Thrown by a configuration record's compact constructor to refuse one value. The core adds file, line,
 * column and path; the message of the exception is what the user reads after them.
 */
public final class InvalidConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String component;

    /**
     * @param component the record component's name as written in Java
     * @param value the refused value; never a secret, for it is printed
     * @param expected what would have been accepted
     */
    public InvalidConfigException(String component, Object value, String expected) {
        super(value + " (expected: " + expected + ")");
        this.component = component;
    }

    /** The record component's name as written in Java. */
    public String component() {
        return component;
    }
}
