package io.openshell.core.credential;

/** Takes a text apart at a separator. */
final class Pieces {

    private Pieces() {}

    /** Gets the pieces in order. */
    @FunctionalInterface
    interface Taker {
        void piece(int from, int to);
    }

    static void of(String text, char separator, Taker taker) {
        int from = 0;
        while (true) {
            int end = text.indexOf(separator, from);
            int to = end < 0 ? text.length() : end;
            taker.piece(from, to);
            if (end < 0) {
                return;
            }
            from = end + 1;
        }
    }
}
