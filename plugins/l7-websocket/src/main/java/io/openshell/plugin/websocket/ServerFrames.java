package io.openshell.plugin.websocket;

import java.nio.ByteBuffer;

/**
 * What the server sends passes unread. Its frames' heads are followed, so that it is known where one ends and a frame of our own
 * may be put in between; where compression was agreed upon they are checked as well, and held until they are complete.
 */
final class ServerFrames {

    private final FrameReader reader;
    private final boolean strict;
    private long left;
    private boolean lost;

    /** @param deflate whether permessage-deflate was agreed upon */
    ServerFrames(boolean deflate) {
        this.reader = FrameReader.ofServer(deflate);
        this.strict = deflate;
    }

    /** Takes bytes, in any division. */
    void take(ByteBuffer in, Output out) throws Violation {
        if (strict) {
            follow(in, out);
            return;
        }
        out.pass(in.position(), in.limit());
        if (!lost) {
            try {
                follow(in, new Output(in));
            } catch (Violation notFrames) {
                lost = true;
            }
        }
    }

    private void follow(ByteBuffer in, Output out) throws Violation {
        while (in.hasRemaining()) {
            int start = in.position();
            if (left > 0) {
                int count = (int) Math.min(left, in.remaining());
                left -= count;
                in.position(start + count);
                out.pass(start, start + count);
                continue;
            }
            boolean begunHere = !reader.midHeader();
            FrameHeader header = reader.read(in);
            if (header == null) {
                return;
            }
            left = header.length();
            if (begunHere) {
                out.pass(start, in.position());
            } else {
                out.add(Frames.head(header));
            }
        }
    }

    /** Whether a frame of our own may be sent to the client: not within a frame, and not after a close frame. */
    boolean mayAdd() {
        boolean withinHead = !strict && reader.midHeader();
        return left == 0 && !withinHead && !lost && !reader.closed();
    }
}
