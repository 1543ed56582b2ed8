package io.openshell.core.credential;

import java.util.Objects;

/**
 * Looks for a placeholder's marker, as it is or encoded, in bytes that come in pieces. What may still become one is to
 * be held back. For one thread.
 */
public final class MarkerScan {

    private final MarkerAutomaton automaton = MarkerAutomaton.get();
    private int state = MarkerAutomaton.START;
    private long taken;

    /**
     * Takes a byte.
     *
     * @return whether it completes a marker, after which nothing more may be taken
     */
    public boolean take(byte octet) {
        if (state == MarkerAutomaton.FOUND) {
            throw new IllegalStateException("marker scan: over (expected: no byte after a marker)");
        }
        state = automaton.step(state, octet);
        taken++;
        return state == MarkerAutomaton.FOUND;
    }

    /** How many of the bytes taken so far, the last ones, may be the beginning of a marker. */
    public int held() {
        return state == MarkerAutomaton.FOUND ? 0 : (int) Math.min(taken, automaton.held(state));
    }

    /** Whether there is a marker in these bytes. */
    public static boolean finds(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        MarkerAutomaton automaton = MarkerAutomaton.get();
        int state = MarkerAutomaton.START;
        for (int i = from; i < to; i++) {
            i = state == MarkerAutomaton.START ? automaton.skip(bytes, i, to) : i;
            state = automaton.step(state, bytes[i]);
            if (state == MarkerAutomaton.FOUND) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is a marker in a text; characters beyond ASCII are part of none. */
    static boolean finds(CharSequence text) {
        MarkerAutomaton automaton = MarkerAutomaton.get();
        int state = MarkerAutomaton.START;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            state = automaton.step(state, c < 0x80 ? c : 0xff);
            if (state == MarkerAutomaton.FOUND) {
                return true;
            }
        }
        return false;
    }
}
