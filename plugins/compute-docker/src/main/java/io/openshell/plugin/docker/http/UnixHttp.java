package io.openshell.plugin.docker.http;

import io.openshell.plugin.docker.http.UnixStream.Interrupts;
import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A client of a server on a Unix socket: one connection per request. Any thread. */
public final class UnixHttp {

    private static final int MAX_BODY_BYTES = 16 << 20;

    private final Path socket;

    /** Connects to nothing yet. */
    public UnixHttp(Path socket) {
        this.socket = socket;
    }

    /**
     * Asks and reads the whole answer. An interrupt waits for it: otherwise nobody would know what the other side goes on
     * to do, such as to make a container.
     *
     * @param limit how long all of it may take
     * @throws java.net.SocketTimeoutException if it takes longer
     */
    public HttpAnswer call(HttpRequest request, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try (UnixStream stream = UnixStream.connect(socket, Interrupts.ARE_KEPT)) {
            HttpBody body = send(stream, request, deadline);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int c = body.read(deadline); c >= 0; c = body.read(deadline)) {
                bytes.write(c);
                if (bytes.size() > MAX_BODY_BYTES) {
                    throw new MalformedAnswerException("body: too long (expected: up to " + MAX_BODY_BYTES + " bytes)");
                }
            }
            return new HttpAnswer(
                    body.head().status(),
                    bytes.toString(StandardCharsets.UTF_8),
                    body.head().fields());
        }
    }

    /**
     * Asks for a body that comes line by line. An interrupt ends it.
     *
     * @param limit how long the head may take
     */
    public HttpLines lines(HttpRequest request, Duration limit) throws IOException {
        UnixStream stream = UnixStream.connect(socket, Interrupts.END_A_WAIT);
        try {
            return new HttpLines(stream, send(stream, request, System.nanoTime() + limit.toNanos()));
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private static HttpBody send(UnixStream stream, HttpRequest request, long deadline) throws IOException {
        stream.write(ByteBuffer.wrap(request.bytes()), deadline);
        return new HttpBody(stream, deadline);
    }
}
