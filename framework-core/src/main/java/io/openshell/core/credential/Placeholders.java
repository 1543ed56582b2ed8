package io.openshell.core.credential;

/** What stands for a secret in what an agent sends. */
public final class Placeholders {

    /** In front of a key, with or without its revision. */
    private static final String CANONICAL = "openshell:resolve:env:";

    /** The same in letters that fit into a token, behind a prefix of the agent's choice. */
    private static final String ALIAS = "OPENSHELL-RESOLVE-ENV-";

    private Placeholders() {}

    /** Whether a text has a placeholder of either form, known or not. */
    public static boolean occurIn(String text) {
        return text.contains(CANONICAL) || text.contains(ALIAS);
    }
}
