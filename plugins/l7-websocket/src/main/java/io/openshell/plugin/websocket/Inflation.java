package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates one message of permessage-deflate (RFC 7692 section 7.2.2) into a store, which bounds it. Each message has one of
 * its own, for the client was told to keep no context. Holds memory outside the heap until it is closed.
 */
final class Inflation implements AutoCloseable {

    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private final Inflater inflater = new Inflater(true);
    private final ByteStore out;
    private final byte[] beyond = new byte[1];
    private int trailing;

    Inflation(ByteStore out) {
        this.out = out;
    }

    /** Inflates more of the message. */
    void take(byte[] bytes, int from, int to) throws Violation {
        if (inflater.finished()) {
            trailing(bytes, from, to);
            return;
        }
        inflater.setInput(bytes, from, to - from);
        run();
        if (inflater.finished()) {
            trailing(bytes, to - inflater.getRemaining(), to);
        }
    }

    /** The message has ended. */
    void end() throws Violation {
        if (!inflater.finished()) {
            inflater.setInput(TAIL);
            run();
        }
    }

    private void run() throws Violation {
        try {
            while (!inflater.finished() && !inflater.needsInput()) {
                if (out.full()) {
                    probe();
                    continue;
                }
                if (out.array().length == out.length()) {
                    out.require(1);
                }
                out.used(inflater.inflate(out.array(), out.length(), out.array().length - out.length()));
                requireNoDictionary();
            }
        } catch (DataFormatException damaged) {
            throw corrupt("compressed data is damaged");
        }
    }

    /** The store is full, which is right only if nothing more comes out. */
    private void probe() throws DataFormatException, Violation {
        if (inflater.inflate(beyond) > 0) {
            throw tooBig();
        }
        requireNoDictionary();
    }

    private void requireNoDictionary() throws Violation {
        if (inflater.needsDictionary()) {
            throw corrupt("compressed data needs a dictionary");
        }
    }

    /**
     * Behind a final block (RFC 7692 section 7.2.3.4) one zero byte belongs to the empty block whose other bytes were cut off. More
     * would be read by some receivers and not by others.
     */
    private void trailing(byte[] bytes, int from, int to) throws Violation {
        trailing += to - from;
        if (trailing > 1 || (to > from && bytes[from] != 0)) {
            throw corrupt("data behind the end of the compressed data");
        }
    }

    private static Violation corrupt(String what) {
        return new Violation(Kind.INVALID_COMPRESSION, CloseCode.INVALID_PAYLOAD, what);
    }

    static Violation tooBig() {
        return new Violation(
                Kind.TOO_BIG,
                CloseCode.MESSAGE_TOO_BIG,
                "text message with more than " + WebsocketLimits.TEXT_BYTES + " bytes");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
