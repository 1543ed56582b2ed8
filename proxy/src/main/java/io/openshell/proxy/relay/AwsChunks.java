package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.zip.DataFormatException;

/**
 * Takes apart the frames in which S3's clients send uploads, {@code aws-chunked}: a size in hexadecimal, perhaps a signature
 * behind a semicolon, CR LF, so much data, CR LF. Behind the frame of size 0 come a checksum and a signature as fields, in lines
 * that not every client ends alike. Nothing in there can be read as another frame. For one thread.
 */
final class AwsChunks {

    /** The longest line before a frame's data, in bytes: the usual signature takes 85. */
    static final int LINE_BYTES = 1024;

    /** What may stand behind the last frame, in bytes. */
    static final int TRAILER_BYTES = 16 * 1024;

    /** What fits a long. */
    private static final int SIZE_DIGITS = 15;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        FIELD,
        FIELD_NAME,
        FIELD_VALUE
    }

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int line;
    private int trailer;

    /**
     * Takes framing until data begins.
     *
     * @return how many bytes of data are at the reader index; 0 if all is taken
     */
    int advance(ByteBuf in) throws DataFormatException {
        while (state != State.DATA && in.isReadable()) {
            state = next(in.readByte());
        }
        return (int) Math.min(size, in.readableBytes());
    }

    /** So many of these bytes were taken. */
    void take(int bytes) {
        size -= bytes;
        if (size == 0) {
            state = State.DATA_CR;
        }
    }

    private State next(byte octet) throws DataFormatException {
        return switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> {
                require(++line <= LINE_BYTES && (octet == '\r' || octet > ' '));
                yield octet == '\r' ? State.SIZE_LF : State.EXTENSION;
            }
            case SIZE_LF -> {
                require(octet == '\n');
                line = 0;
                digits = 0;
                yield size == 0 ? State.FIELD : State.DATA;
            }
            case DATA_CR -> {
                require(octet == '\r');
                yield State.DATA_LF;
            }
            case DATA_LF -> {
                require(octet == '\n');
                yield State.SIZE;
            }
            case FIELD, FIELD_NAME, FIELD_VALUE -> field(octet);
            case DATA -> throw new IllegalStateException("framing within data");
        };
    }

    private State size(byte octet) throws DataFormatException {
        int digit = Character.digit(octet, 16);
        if (digit >= 0) {
            require(++digits <= SIZE_DIGITS);
            size = size << 4 | digit;
            return State.SIZE;
        }
        require(digits > 0 && (octet == '\r' || octet == ';'));
        return octet == '\r' ? State.SIZE_LF : State.EXTENSION;
    }

    /** A name, a colon and whatever follows: a line with a frame's size is none. */
    private State field(byte octet) throws DataFormatException {
        require(++trailer <= TRAILER_BYTES);
        return switch (state) {
            case FIELD_VALUE -> octet == '\n' ? State.FIELD : State.FIELD_VALUE;
            case FIELD_NAME -> {
                require(isName(octet) || octet == ':');
                yield octet == ':' ? State.FIELD_VALUE : State.FIELD_NAME;
            }
            default -> {
                boolean blank = octet == '\r' || octet == '\n';
                require(blank || isName(octet));
                yield blank ? State.FIELD : State.FIELD_NAME;
            }
        };
    }

    private static boolean isName(byte octet) {
        return octet == '-' || octet == '_' || (octet > 0 && Character.isLetterOrDigit(octet));
    }

    private static void require(boolean holds) throws DataFormatException {
        if (!holds) {
            throw new DataFormatException("no frame of aws-chunked");
        }
    }
}
