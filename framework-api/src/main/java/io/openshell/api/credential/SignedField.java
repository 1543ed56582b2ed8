package io.openshell.api.credential;

/**
 * A header field that a signature needs.
 *
 * @param name one of {@link CredentialRewriter#ownFields}, in any case
 * @param value visible ASCII and spaces; the core closes it once it is written
 */
public record SignedField(String name, Secret value) {

    public SignedField {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: the name of a header field)");
        }
    }
}
