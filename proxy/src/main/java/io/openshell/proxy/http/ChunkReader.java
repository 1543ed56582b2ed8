package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * The framing of a chunked body (RFC 9112 section 7.1): sizes in plain hexadecimal, lines that end with CR LF,
 * extensions that are checked for form and dropped, trailers that are checked and dropped.
 */
final class ChunkReader {

    private enum State {
        SIZE,
        EXTENSION,
        QUOTED,
        QUOTED_PAIR,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        ENDED
    }

    /** What a chunk may cost in framing before it counts as overhead. */
    private static final int FREE_FRAMING = 16;

    private final int failureStatus;
    private final TrailerReader trailers;
    private State state = State.SIZE;
    private long size;
    private int digits;
    private int lineLength;
    private long overhead;
    private long chunks;

    ChunkReader(int failureStatus) {
        this.failureStatus = failureStatus;
        this.trailers = new TrailerReader(failureStatus);
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    /** Whether a trailer field held a placeholder. */
    boolean trailersHeldPlaceholder() {
        return trailers.heldPlaceholder();
    }

    /** How many chunks have begun, the last one, which is empty, not counted. */
    long chunks() {
        return chunks;
    }

    /** Takes framing until data begins; the number of bytes of data that follow at the reader index now, or 0. */
    int advance(ByteBuf in) throws Malformed {
        while (state != State.ENDED && in.isReadable()) {
            if (state == State.DATA) {
                int length = (int) Math.min(size, in.readableBytes());
                size -= length;
                state = size == 0 ? State.DATA_CR : State.DATA;
                return length;
            }
            framing(in.readByte());
        }
        return 0;
    }

    private void framing(byte octet) throws Malformed {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION, QUOTED, QUOTED_PAIR -> extension(octet);
            case SIZE_LF -> {
                require(octet == '\n', "chunk-size line", "ends with CR alone");
                sizeLineEnds();
            }
            case DATA_CR -> {
                require(octet == '\r', "chunk", "is longer than its size");
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                require(octet == '\n', "chunk", "ends with CR alone");
                state = State.SIZE;
            }
            case TRAILERS -> state = trailers.add(octet) ? State.ENDED : State.TRAILERS;
            case DATA, ENDED -> throw new IllegalStateException("framing in state " + state);
        }
    }

    private void size(byte octet) throws Malformed {
        int digit = Octets.hex(octet);
        if (digit >= 0) {
            require(
                    ++digits <= ProxyLimits.CHUNK_SIZE_DIGITS && size <= (Long.MAX_VALUE >> 4),
                    "chunk size",
                    "too large");
            size = size << 4 | digit;
            lineLength++;
            return;
        }
        require(digits > 0, "chunk size", "not a hexadecimal number");
        require(octet == '\r' || octet == ';', "chunk size", "followed by another byte than ; or CR");
        lineLength++;
        state = octet == '\r' ? State.SIZE_LF : State.EXTENSION;
    }

    private void extension(byte octet) throws Malformed {
        if (++lineLength > ProxyLimits.CHUNK_LINE) {
            throw refuse(
                    HttpProblem.CHUNK_EXTENSIONS,
                    "chunk-size line",
                    "longer than " + ProxyLimits.CHUNK_LINE + " bytes");
        }
        if (octet == '\r' && state == State.EXTENSION) {
            state = State.SIZE_LF;
            return;
        }
        if (!Octets.isField(octet)) {
            throw refuse(
                    HttpProblem.CHUNK_EXTENSIONS, "chunk extension", "a control byte, or a quoted string without end");
        }
        state = switch (state) {
            case EXTENSION -> octet == '"' ? State.QUOTED : State.EXTENSION;
            case QUOTED -> octet == '"' ? State.EXTENSION : octet == '\\' ? State.QUOTED_PAIR : State.QUOTED;
            default -> State.QUOTED;
        };
    }

    private void sizeLineEnds() throws Malformed {
        long excess = overhead + lineLength + 3 - FREE_FRAMING - 2 * Math.min(size, ProxyLimits.CHUNK_OVERHEAD);
        overhead = Math.max(0, excess);
        require(overhead <= ProxyLimits.CHUNK_OVERHEAD, "chunk framing", "far more of it than data");
        state = size == 0 ? State.TRAILERS : State.DATA;
        chunks += size == 0 ? 0 : 1;
        digits = 0;
        lineLength = 0;
    }

    private void require(boolean holds, String name, String found) throws Malformed {
        if (!holds) {
            throw refuse(HttpProblem.CHUNKS, name, found);
        }
    }

    private Malformed refuse(String rule, String name, String found) {
        return Malformed.withStatus(failureStatus, rule, name, found, "size, CR LF, that much data, CR LF");
    }
}
