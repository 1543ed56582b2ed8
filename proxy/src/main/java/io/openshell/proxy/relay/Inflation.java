package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses gzip (RFC 1952, members one after the other) or deflate (RFC 1950, and RFC 1951 alone, as some clients send
 * it), a little with each call. For one thread; to be closed.
 */
final class Inflation implements AutoCloseable {

    private static final int GZIP_TRAILER_BYTES = 8;
    private static final int DEFLATED = 8;
    private static final int ZLIB_CHECK = 31;

    private enum State {
        GZIP_HEAD,
        ZLIB_HEAD,
        DATA,
        GZIP_TRAILER,
        ENDED
    }

    private final boolean gzip;
    private State state;
    private GzipHead gzipHead = new GzipHead();
    private int trailer;
    private @Nullable Inflater inflater;
    private boolean pending;

    Inflation(boolean gzip) {
        this.gzip = gzip;
        this.state = gzip ? State.GZIP_HEAD : State.ZLIB_HEAD;
    }

    /** Whether there is more to come of the bytes that were taken. */
    boolean pending() {
        return pending;
    }

    /**
     * Takes one part of what comes, or as much of it as fills the room.
     *
     * @param in not empty, unless something is pending
     * @return how many bytes it gave, perhaps none
     * @throws DataFormatException if this is not what it should be, or goes on behind its end
     */
    int decode(ByteBuf in, byte[] out) throws DataFormatException {
        switch (state) {
            case GZIP_HEAD -> {
                boolean ended = false;
                while (!ended && in.isReadable()) {
                    ended = gzipHead.ends(in.readByte());
                }
                if (ended) {
                    begin(true);
                }
            }
            case ZLIB_HEAD -> begin(!isZlib(in));
            case DATA -> {
                return inflate(in, out);
            }
            case GZIP_TRAILER -> {
                int length = Math.min(GZIP_TRAILER_BYTES - trailer, in.readableBytes());
                in.skipBytes(length);
                trailer += length;
                if (trailer == GZIP_TRAILER_BYTES) {
                    trailer = 0;
                    gzipHead = new GzipHead();
                    state = State.GZIP_HEAD;
                }
            }
            case ENDED -> throw new DataFormatException("bytes behind the end");
        }
        return 0;
    }

    /** Whether deflate begins with RFC 1950's header; by its first byte alone if only that has come. */
    private static boolean isZlib(ByteBuf in) {
        int first = in.getUnsignedByte(in.readerIndex());
        boolean method = (first & 0x0f) == DEFLATED && (first >> 4) <= 7;
        return method && (in.readableBytes() < 2 || in.getUnsignedShort(in.readerIndex()) % ZLIB_CHECK == 0);
    }

    private void begin(boolean raw) {
        state = State.DATA;
        if (inflater == null) {
            inflater = new Inflater(raw);
        } else {
            inflater.reset(); // the next member of a gzip stream
        }
    }

    private int inflate(ByteBuf in, byte[] out) throws DataFormatException {
        Inflater inflating = inflater;
        if (inflating == null) {
            throw new DataFormatException("closed");
        }
        int before = in.readableBytes();
        inflating.setInput(in.nioBuffer());
        int length = inflating.inflate(out);
        in.skipBytes(before - inflating.getRemaining());
        if (inflating.needsDictionary()) {
            throw new DataFormatException("preset dictionary");
        }
        boolean ended = inflating.finished();
        if (length == 0 && !ended && in.isReadable()) {
            throw new DataFormatException("no progress");
        }
        if (ended) {
            state = gzip ? State.GZIP_TRAILER : State.ENDED;
        }
        pending = !ended && length == out.length;
        return length;
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
        pending = false;
        state = State.ENDED;
    }
}
