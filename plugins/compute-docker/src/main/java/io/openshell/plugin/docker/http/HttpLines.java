package io.openshell.plugin.docker.http;

import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A body that comes line by line, for as long as the other side likes. One thread; any thread may close it. */
public final class HttpLines implements AutoCloseable {

    private static final int MAX_LINE_BYTES = 1 << 20;

    private final UnixStream stream;
    private final HttpBody body;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    HttpLines(UnixStream stream, HttpBody body) {
        this.stream = stream;
        this.body = body;
    }

    /** The answer's status code. */
    public int status() {
        return body.head().status();
    }

    /**
     * The next line that is not empty, without its end.
     *
     * @param patience how long it may take
     * @return nothing at the end
     * @throws java.net.SocketTimeoutException if it takes longer; the next call goes on where this one stopped
     */
    public Optional<String> next(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        int c = body.read(deadline);
        while (c >= 0) {
            if (c == '\n' && line.size() > 0) {
                return Optional.of(take());
            }
            if (c != '\n' && c != '\r') {
                line.write(c);
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new MalformedAnswerException("line: too long (expected: up to " + MAX_LINE_BYTES + " bytes)");
            }
            c = body.read(deadline);
        }
        return line.size() > 0 ? Optional.of(take()) : Optional.empty();
    }

    private String take() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return text;
    }

    @Override
    public void close() {
        stream.close();
    }
}
