package io.openshell.core.credential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands for a secret in what an agent sends. */
public final class Placeholders {

    /** In front of a key, with or without its revision. */
    static final String CANONICAL = "openshell:resolve:env:";

    /** The same in letters that fit into a token, behind a prefix of the agent's choice. */
    static final String ALIAS = "OPENSHELL-RESOLVE-ENV-";

    private static final String REDACTED = "[CREDENTIAL]";

    private static final Pattern PLAIN =
            Pattern.compile(CANONICAL + "[A-Za-z0-9_]*|[A-Za-z0-9_.~-]*" + ALIAS + "[A-Za-z0-9_.~-]*");

    private Placeholders() {}

    /** The placeholder of a key's value at a revision. */
    static String of(String key, long revision) {
        return CANONICAL + "v" + revision + "_" + key;
    }

    /** Whether a text has a placeholder of either form, known or not, plain or in an encoding that is looked for. */
    public static boolean occurIn(String text) {
        return MarkerScan.finds(text);
    }

    /** The same for bytes. */
    static boolean occurIn(byte[] bytes) {
        return MarkerScan.finds(bytes, 0, bytes.length);
    }

    /** A path, or a text with paths in it, as it may be shown: without placeholders. */
    public static String redacted(String text) {
        if (!MarkerScan.finds(text)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        Pieces.of(text, '/', (from, to) -> {
            String plain = PLAIN.matcher(text.substring(from, to)).replaceAll(Matcher.quoteReplacement(REDACTED));
            shown.append(from == 0 ? "" : "/").append(MarkerScan.finds(plain) ? REDACTED : plain);
        });
        return MarkerScan.finds(shown) ? REDACTED : shown.toString();
    }
}
