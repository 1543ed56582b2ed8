package io.openshell.supervisor.identity;

import java.io.IOException;

/**
 * Keeps what was trusted on first use for a supervisor that comes back. Thread-safe; called on threads that may wait,
 * never on an event loop.
 */
public interface TrustKeeping {

    /** Of a sandbox that ends with its supervisor: nothing is kept. */
    TrustKeeping NONE = new TrustKeeping() {
        @Override
        public void added() {
            // There is nothing to keep.
        }

        @Override
        public void awaitKept() {
            // As above.
        }
    };

    /** An executable was seen for the first time. Does not wait. */
    void added();

    /**
     * Waits until everything that was added before is kept: no answer may rest on trust that a crash could undo.
     *
     * @throws IOException if it cannot be kept
     */
    void awaitKept() throws IOException, InterruptedException;
}
