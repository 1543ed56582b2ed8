package io.openshell.supervisor.identity;

/** An executable is not, or could not be shown to be, the one that was first seen. */
final class IntegrityException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean violation;

    private IntegrityException(String message, boolean violation) {
        super(message);
        this.violation = violation;
    }

    /** It has another content than when it was first seen. */
    static IntegrityException violation(String path, String cached, String current) {
        return new IntegrityException(
                "Binary integrity violation: " + path + " hash changed (cached: " + cached + ", current: " + current
                        + ")",
                true);
    }

    /** It could not be read, so nothing is known of it. */
    static IntegrityException unreadable(String path, String why) {
        return new IntegrityException("Failed to read " + path + ": " + why, false);
    }

    /** What was seen could not be kept for a supervisor that comes back. */
    static IntegrityException unkept(String why) {
        return new IntegrityException("Failed to keep what was trusted: " + why, false);
    }

    /** The same, with what was being done in front. */
    IntegrityException prefixed(String doing) {
        return new IntegrityException(doing + ": " + getMessage(), violation);
    }

    /** Whether the content is known to have changed. */
    boolean isViolation() {
        return violation;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
