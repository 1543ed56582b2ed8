package io.openshell.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what someone who wrote an unknown word meant. */
public final class Suggestion {

    private static final int FARTHEST = 2;

    /** Longer words are not compared: no key or value of ours is that long. */
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** The candidate at most two typing errors away from {@code word}, the nearest one first. */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String lower = word.toLowerCase(Locale.ROOT);
        return candidates.stream()
                .map(candidate -> new Scored(candidate, distance(lower, candidate.toLowerCase(Locale.ROOT))))
                .filter(scored -> scored.distance <= FARTHEST && scored.distance < lower.length())
                .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::candidate))
                .map(Scored::candidate);
    }

    /**
     * What to add to a message about an unknown word: what was meant where something is near, else what there is.
     */
    public static String instead(String word, Collection<String> candidates) {
        return nearest(word, candidates)
                .map(near -> " (did you mean '" + near + "'?)")
                .orElseGet(() -> " (expected: " + choice(candidates) + ")");
    }

    /** The message for a value that is none of those that there are. */
    public static String unknownValue(String value, Collection<String> candidates) {
        return Display.value(value) + ": unknown value" + instead(value, candidates);
    }

    /** The candidates, sorted, as a list for a message. */
    public static String choice(Collection<String> candidates) {
        if (candidates.isEmpty()) {
            return "none";
        }
        String list = String.join(", ", candidates.stream().sorted().toList());
        return candidates.size() == 1 ? list : "one of " + list;
    }

    /** Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (isTransposed(a, i, b, j)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }

    private static boolean isTransposed(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }

    private record Scored(String candidate, int distance) {}
}
