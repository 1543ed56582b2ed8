package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole frames over a socket. One thread may read; any may write. */
final class FrameChannel implements AutoCloseable {

    private final NativeUnixSocket socket;
    private final Object writing = new Object();
    /** Not the same as above: a writer that blocks must be woken. */
    private final Object closing = new Object();

    private boolean closed;

    FrameChannel(NativeUnixSocket socket) {
        this.socket = socket;
    }

    /**
     * Reads the next frame, blocking until it is whole. The caller owns its descriptors.
     *
     * @return empty if the other side ended between two frames
     * @throws MalformedFrameException if the frame is too large, cut off, or comes with other descriptors than it
     *     says; they are closed
     */
    Optional<Frame> read() throws IOException {
        List<Integer> descriptors = new ArrayList<>();
        try {
            byte[] header = new byte[Frame.HEADER_BYTES];
            if (!fill(header, descriptors, true)) {
                return Optional.empty();
            }
            ByteBuffer fields = ByteBuffer.wrap(header);
            long length = Integer.toUnsignedLong(fields.getInt());
            int type = Short.toUnsignedInt(fields.getShort());
            int announced = Short.toUnsignedInt(fields.getShort());
            if (length > Frame.MAX_PAYLOAD) {
                throw new MalformedFrameException(
                        "payload: " + length + " bytes (expected: at most " + Frame.MAX_PAYLOAD + ")");
            }
            byte[] payload = new byte[(int) length];
            fill(payload, descriptors, false);
            if (descriptors.size() != announced) {
                throw new MalformedFrameException(
                        "descriptors: " + descriptors.size() + " (expected: " + announced + ")");
            }
            return Optional.of(new Frame(type, payload, descriptors));
        } catch (IOException | RuntimeException e) {
            closeAll(descriptors);
            throw e;
        }
    }

    /** Writes a frame, blocking until the other side has taken it. */
    void write(Frame frame) throws IOException {
        byte[] payload = frame.payload();
        byte[] bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .putShort((short) frame.type())
                .putShort((short) frame.descriptors().size())
                .put(payload)
                .array();
        synchronized (writing) {
            requireOpen();
            socket.send(bytes, frame.descriptors());
        }
    }

    /** Wakes a blocked reader, which then sees the end, and a blocked writer, which fails. */
    void hangUp() {
        synchronized (closing) {
            if (!closed) {
                socket.hangUp();
            }
        }
    }

    /** Closes the socket, once nobody reads or writes; a second call does nothing. */
    @Override
    public void close() {
        synchronized (writing) {
            synchronized (closing) {
                closed = true;
                socket.close();
            }
        }
    }

    private void requireOpen() throws IOException {
        synchronized (closing) {
            if (closed) {
                throw new IOException("control socket: closed (expected: open)");
            }
        }
    }

    static void closeAll(List<Integer> descriptors) {
        descriptors.forEach(NativeLibc::close);
    }

    private boolean fill(byte[] into, List<Integer> descriptors, boolean mayEnd) throws IOException {
        int have = 0;
        while (have < into.length) {
            int before = descriptors.size();
            int got = socket.receive(into, have, into.length - have, descriptors);
            if (got < 0) {
                if (mayEnd && have == 0) {
                    return false;
                }
                throw new MalformedFrameException(
                        "frame: ended after " + have + " of " + into.length + " bytes (expected: whole)");
            }
            boolean first = mayEnd && have == 0;
            if (descriptors.size() > before && !first) {
                throw new MalformedFrameException("descriptors: inside a frame (expected: beside its first byte)");
            }
            have += got;
        }
        return true;
    }
}
