package io.openshell.core.match;

import java.util.Arrays;

/**
 * A set of code points, as one position of a glob accepts them.
 *
 * @param ranges pairs of first and last code point, both included
 * @param negated whether the set is everything but the ranges
 * @param excluded one code point that is never in the set (the separator), or {@link #NOTHING}
 */
@SuppressWarnings("ArrayRecordComponent") // never handed out, never compared
record CharSet(int[] ranges, boolean negated, int excluded) {

    static final int NOTHING = -1;
    private static final int[] NO_RANGES = {};

    static CharSet of(int codePoint) {
        return new CharSet(new int[] {codePoint, codePoint}, false, NOTHING);
    }

    /** Everything but {@code separator}. */
    static CharSet anyBut(int separator) {
        return new CharSet(NO_RANGES, true, separator);
    }

    static CharSet any() {
        return anyBut(NOTHING);
    }

    boolean contains(int codePoint) {
        if (codePoint == excluded) {
            return false;
        }
        for (int i = 0; i < ranges.length; i += 2) {
            if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
                return !negated;
            }
        }
        return negated;
    }

    /** Whether this is the set of exactly one code point. */
    boolean single() {
        return !negated && excluded == NOTHING && ranges.length == 2 && ranges[0] == ranges[1];
    }

    /** The one code point of a {@link #single} set. */
    int codePoint() {
        return ranges[0];
    }

    /** Whether this is everything but at most one code point. */
    boolean wild() {
        return negated && ranges.length == 0;
    }

    @Override
    public String toString() {
        return (negated ? "not " : "") + Arrays.toString(ranges);
    }
}
