package io.openshell.proxy.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What backends that answer piece by piece read and write, and their agents. */
final class Talk {

    static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private Talk() {}

    static String chunk(String text) {
        return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
    }

    /** Reads a request, with its body if it has one. */
    static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
        String length = head.toString().replaceFirst("(?is).*content-length: (\\d+).*", "$1");
        if (length.length() < head.length()) {
            in.readNBytes(Integer.parseInt(length));
        }
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("waited in vain");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Reads to the last chunk. */
    static String readChunks(RawClient client) throws IOException {
        return readUntil(client, "0\r\n\r\n");
    }

    static String readUntil(RawClient client, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            text.append(new String(client.read(1), UTF_8));
        }
        return text.toString();
    }
}
