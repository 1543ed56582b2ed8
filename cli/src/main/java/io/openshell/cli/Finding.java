package io.openshell.cli;

import java.util.Locale;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param name what it is
 * @param state whether it serves
 * @param value what was found
 * @param remedy what to do about it; empty if nothing
 */
record Finding(String name, State state, String value, String remedy) {

    private static final int NAME_WIDTH = 28;

    static Finding ok(String name, String value) {
        return new Finding(name, State.OK, value, "");
    }

    static Finding weak(String name, String value, String remedy) {
        return new Finding(name, State.WEAK, value, remedy);
    }

    static Finding missing(String name, String value, String remedy) {
        return new Finding(name, State.MISSING, value, remedy);
    }

    /** Whether nothing can be run without it. */
    boolean fatal() {
        return state == State.MISSING;
    }

    /** One line for people. */
    String line(Console console) {
        String mark = console.styled(state.style, String.format(Locale.ROOT, "%-7s", state.word()));
        String text = mark + " " + String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name) + " " + value;
        return remedy.isEmpty() ? text : text + "\n        " + remedy;
    }

    /** Whether a thing serves. */
    enum State {
        OK(Console.Style.GREEN),
        /** Not needed for every run. */
        WEAK(Console.Style.YELLOW),
        /** Nothing runs without it. */
        MISSING(Console.Style.RED);

        private final Console.Style style;

        State(Console.Style style) {
            this.style = style;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
