package io.openshell.plugin.sigv4;

/** A request that is not signed and therefore not sent; the message is the reason, one line. */
final class UnsignableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnsignableException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
