package io.openshell.core.credential;

import java.util.regex.Pattern;

/** The names of credentials: those of the environment variables that hold their placeholders. A name is not secret. */
public final class CredentialKey {

    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 256;

    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** A key of this form would make {@code openshell:resolve:env:v1_KEY} mean two things. */
    private static final Pattern LIKE_A_REVISION = Pattern.compile("v[0-9]+_.*");

    private CredentialKey() {}

    /** Whether a text may name a credential. */
    public static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH
                && KEY.matcher(text).matches()
                && !LIKE_A_REVISION.matcher(text).matches();
    }

    /**
     * The text, if it may name a credential.
     *
     * @throws IllegalArgumentException if not
     */
    public static String require(String text) {
        if (LIKE_A_REVISION.matcher(text).matches()) {
            throw new IllegalArgumentException("credential: " + text
                    + " (expected: a name that does not begin like a placeholder's revision, as v1_ does)");
        }
        if (!isValid(text)) {
            throw new IllegalArgumentException("credential: " + shown(text)
                    + " (expected: the name of an environment variable: letters, digits and '_', no digit first, at most "
                    + MAX_LENGTH + " characters)");
        }
        return text;
    }

    /** What is no name may be anything, even a secret in the wrong place: only its length is shown. */
    private static String shown(String text) {
        return "a text of " + text.length() + " characters";
    }
}
