package io.openshell.core.echo;

/** What becomes of a secret before it is sent back. */
enum EchoForm {
    RAW("raw"),
    /** Its spaces as plus signs. */
    FORM("form"),
    BASE64("base64"),
    HEX("hex");

    private final String label;

    EchoForm(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
