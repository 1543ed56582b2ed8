package io.openshell.plugin.websocket;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What goes on to the other side from one call: stretches of the bytes that were lent, and frames of our own. */
final class Output {

    private final ByteBuffer lent;
    private final List<ByteBuffer> onward = new ArrayList<>();
    private int from;
    private int to;

    Output(ByteBuffer lent) {
        this.lent = lent;
    }

    /** Passes lent bytes unchanged, by their place in the buffer; those that follow one another stay together. */
    void pass(int start, int end) {
        if (start != to) {
            flush();
            from = start;
        }
        to = end;
    }

    /** Sends a frame of our own. */
    void add(ByteBuffer frame) {
        flush();
        onward.add(frame);
    }

    List<ByteBuffer> onward() {
        flush();
        return onward;
    }

    private void flush() {
        if (to > from) {
            onward.add(lent.slice(from, to - from));
        }
        from = to;
    }
}
