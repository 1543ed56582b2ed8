package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Frames one body for the next hop. Chunks are made here, so nothing of the sender's chunk lines goes on. Data that
 * doesn't fit the announced length is a fault in the caller and is thrown, before it could become another message.
 * For one thread.
 */
public final class BodyWriter {

    private static final int COPIED = 1024;
    private static final int LARGEST_SIZE_LINE = 10;
    private static final int LINE_END = ('\r' << 8) | '\n';
    private static final ByteBuf CHUNK_END = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    private final boolean chunked;
    private final boolean untilClose;
    private long remaining;

    /** Writes a body with this framing, which the head that was sent before it announced. */
    public BodyWriter(BodyFraming framing) {
        this.chunked = framing instanceof BodyFraming.Chunked;
        this.untilClose = framing instanceof BodyFraming.UntilClose;
        this.remaining = framing instanceof BodyFraming.Length length ? length.bytes() : 0;
    }

    /**
     * Frames data, which is handed over.
     *
     * @param out gets buffers to send in order, and owns them
     * @throws IllegalStateException if it is more than was announced; the data is released
     */
    public void write(ByteBuf data, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
        } else if (chunked) {
            writeChunk(data, length, allocator, out);
        } else {
            count(data, length);
            out.accept(data);
        }
    }

    /**
     * Ends the body.
     *
     * @throws IllegalStateException if less was written than announced
     */
    public void end(Consumer<? super ByteBuf> out) {
        if (remaining != 0) {
            throw new IllegalStateException("body: " + remaining + " bytes short (expected: the announced length)");
        }
        if (chunked) {
            out.accept(LAST_CHUNK.duplicate());
        }
    }

    private void count(ByteBuf data, int length) {
        if (untilClose) {
            return;
        }
        if (length > remaining) {
            data.release();
            throw new IllegalStateException(
                    "body: " + (length - remaining) + " bytes too many (expected: the announced length)");
        }
        remaining -= length;
    }

    /** A small chunk is copied to be one buffer, a large one goes between two small ones. */
    private static void writeChunk(
            ByteBuf data, int length, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        boolean copied = length <= COPIED;
        ByteBuf line = allocator.buffer(LARGEST_SIZE_LINE + (copied ? length + 2 : 0));
        writeHex(line, length);
        ByteBufUtil.writeShortBE(line, LINE_END);
        if (copied) {
            line.writeBytes(data);
            data.release();
            ByteBufUtil.writeShortBE(line, LINE_END);
            out.accept(line);
            return;
        }
        out.accept(line);
        out.accept(data);
        out.accept(CHUNK_END.duplicate());
    }

    private static void writeHex(ByteBuf out, int value) {
        int shift = (31 - Integer.numberOfLeadingZeros(value)) & ~3;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit((value >> shift) & 15, 16));
        }
    }

    private static ByteBuf constant(String text) {
        ByteBuf direct = Unpooled.directBuffer(text.length());
        direct.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(direct);
    }
}
