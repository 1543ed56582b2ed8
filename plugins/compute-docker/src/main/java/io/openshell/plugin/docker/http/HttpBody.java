package io.openshell.plugin.docker.http;

import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/** One answer as it comes in: its head, then its body byte by byte (RFC 9112 section 6). One thread. */
final class HttpBody {

    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_LINE_BYTES = 1 << 10;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int HEX = 16;
    private static final Pattern CHUNK = Pattern.compile("[0-9a-fA-F]{1,8}(;.*)?");

    private final UnixStream stream;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final HttpHead head;

    /** Of this chunk, or of the whole body; -1 if that ends with the connection. */
    private long left;

    /** Of a line that is not all there yet: a read that ran out of time goes on where it stopped. */
    private final StringBuilder partial = new StringBuilder();

    private boolean chunkOpen;
    private boolean ended;

    HttpBody(UnixStream stream, long deadline) throws IOException {
        this.stream = stream;
        this.head = HttpHead.parse(headText(deadline));
        this.left = head.isChunked() ? 0 : head.length().orElse(-1L);
        this.ended = left == 0 && !head.isChunked();
    }

    HttpHead head() {
        return head;
    }

    private String headText(long deadline) throws IOException {
        StringBuilder text = new StringBuilder();
        String line = line(deadline, MAX_HEAD_BYTES);
        while (!line.isEmpty()) {
            text.append(text.isEmpty() ? "" : "\r\n").append(line);
            if (text.length() > MAX_HEAD_BYTES) {
                throw new MalformedAnswerException("head: too long (expected: up to " + MAX_HEAD_BYTES + " bytes)");
            }
            line = line(deadline, MAX_HEAD_BYTES);
        }
        return text.toString();
    }

    /** The next byte of the body, or -1 at its end. */
    int read(long deadline) throws IOException {
        if (ended) {
            return -1;
        }
        if (left == 0) {
            nextChunk(deadline);
            if (ended) {
                return -1;
            }
        }
        int next = next(deadline);
        if (next < 0) {
            if (left > 0) {
                throw new EOFException("the connection ended within an answer");
            }
            ended = true;
            return -1;
        }
        if (left > 0) {
            left--;
            ended = left == 0 && !head.isChunked();
        }
        return next;
    }

    private void nextChunk(long deadline) throws IOException {
        if (chunkOpen && !line(deadline, MAX_LINE_BYTES).isEmpty()) {
            throw new MalformedAnswerException("chunk: longer than it says");
        }
        chunkOpen = false;
        String size = line(deadline, MAX_LINE_BYTES);
        if (!CHUNK.matcher(size).matches()) {
            throw new MalformedAnswerException("chunk: no size");
        }
        left = Long.parseLong(size.split(";", -1)[0], HEX);
        chunkOpen = true;
        if (left == 0) {
            ended = true;
            int trailers = 0;
            while (!line(deadline, MAX_LINE_BYTES).isEmpty()) {
                if (++trailers > HEX) {
                    throw new MalformedAnswerException("trailer: too long");
                }
            }
        }
    }

    private String line(long deadline, int max) throws IOException {
        while (true) {
            int c = next(deadline);
            if (c < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (c == '\n') {
                int end = partial.length() - 1;
                if (end < 0 || partial.charAt(end) != '\r') {
                    throw new MalformedAnswerException("line: ends without a carriage return");
                }
                String line = partial.substring(0, end);
                partial.setLength(0);
                return line;
            }
            if (partial.length() >= max) {
                throw new MalformedAnswerException("line: too long (expected: up to " + max + " bytes)");
            }
            partial.append((char) c);
        }
    }

    private void fill(long deadline) throws IOException {
        buffer.clear();
        try {
            stream.read(buffer, deadline);
        } finally {
            // Also when nothing came in time: what was there before must not be read once more.
            buffer.flip();
        }
    }

    private int next(long deadline) throws IOException {
        if (!buffer.hasRemaining()) {
            fill(deadline);
        }
        return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
    }
}
