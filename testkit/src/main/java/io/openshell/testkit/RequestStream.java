package io.openshell.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Splits what an upstream gets into requests, in the way of an ordinary server. */
final class RequestStream {

    private final InputStream in;
    private final OutputStream out;

    RequestStream(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The next request, or null when the peer has closed between two. */
    @Nullable
    ReceivedRequest next() throws IOException {
        String head = head();
        if (head.isEmpty()) {
            return null;
        }
        ReceivedRequest request = new ReceivedRequest(head, new byte[0]);
        if (request.header("expect").isPresent()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        return new ReceivedRequest(head, body(request));
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.write(octet);
            matched = octet == "\r\n\r\n".charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private byte[] body(ReceivedRequest request) throws IOException {
        if (request.header("transfer-encoding").isPresent()) {
            return chunks();
        }
        if (request.header("content-length").isPresent()) {
            return exactly(number(request.header("content-length").get(), 10));
        }
        return new byte[0];
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = number(line(), 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // trailers are in the recording
                }
                return body.toByteArray();
            }
            body.write(exactly(size));
            line();
        }
    }

    private static int number(String text, int radix) throws IOException {
        try {
            return (int) Math.min(Long.parseLong(text, radix), Integer.MAX_VALUE);
        } catch (NumberFormatException notOne) {
            throw new IOException("request: no number where one must be", notOne);
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body: ends early");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("chunk line: ends early");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }
}
