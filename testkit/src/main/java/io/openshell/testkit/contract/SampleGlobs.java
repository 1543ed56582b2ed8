package io.openshell.testkit.contract;

import io.openshell.api.inspect.Globs;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Globs by way of regular expressions: for tests, where time does not matter and where an implementation that has nothing
 * in common with the core's is welcome.
 */
final class SampleGlobs implements Globs {

    @Override
    public Predicate<String> path(String glob) {
        return compile(glob, "[^/]");
    }

    @Override
    public Predicate<String> text(String glob) {
        return compile(glob, "[^.]");
    }

    @Override
    public Predicate<String> plain(String glob) {
        return compile(glob, ".");
    }

    private static Predicate<String> compile(String glob, String one) {
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    boolean two = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
                    regex.append(two ? "." : one).append('*');
                    i += two ? 1 : 0;
                }
                case '?' -> regex.append(one);
                case '[' -> regex.append(i + 1 < glob.length() && glob.charAt(i + 1) == '!' ? "[^" : "[");
                case '!' -> regex.append(i > 0 && glob.charAt(i - 1) == '[' ? "" : "!");
                case ']' -> regex.append(']');
                case '{' -> {
                    regex.append("(?:");
                    braces++;
                }
                case '}' -> {
                    regex.append(')');
                    braces--;
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                case '-' -> regex.append('-');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException(glob + ": malformed (expected: a glob)", malformed);
        }
    }
}
