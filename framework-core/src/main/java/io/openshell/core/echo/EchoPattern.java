package io.openshell.core.echo;

/** One secret in one form. Prints without its bytes. */
final class EchoPattern {

    private final byte[] bytes;
    private final String key;
    private final EchoForm form;

    /** Takes over {@code bytes}. */
    EchoPattern(byte[] bytes, String key, EchoForm form) {
        this.bytes = bytes;
        this.key = key;
        this.form = form;
    }

    /** Not a copy. */
    byte[] bytes() {
        return bytes;
    }

    String key() {
        return key;
    }

    EchoForm form() {
        return form;
    }

    /** Whether the pattern stands at a place; false if the text is too short. */
    boolean standsAt(byte[] text, int at, int to) {
        return at + bytes.length <= to && agrees(text, at, bytes.length);
    }

    /** Whether the text ends there with a beginning of the pattern, which is longer. */
    boolean beginsAt(byte[] text, int at, int to) {
        return at + bytes.length > to && agrees(text, at, to - at);
    }

    private boolean agrees(byte[] text, int at, int length) {
        for (int i = 0; i < length; i++) {
            if (text[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "EchoPattern[" + key + ", " + form + "]";
    }
}
