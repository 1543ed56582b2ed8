package io.openshell.plugin.docker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Answers each request on a Unix socket with bytes that a test has thought up, in the pieces that it wants. */
public final class FakeServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path folder;
    private final ServerSocketChannel listening;
    private Thread serving = Thread.currentThread();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private FakeServer(Path folder, ServerSocketChannel listening) {
        this.folder = folder;
        this.listening = listening;
    }

    /** @param answers the pieces of the answer to a request, with a short pause between two */
    public static FakeServer start(Function<String, List<String>> answers) throws IOException {
        Path folder = Files.createTempDirectory("fake-engine-");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(folder.resolve("sock")));
        FakeServer server = new FakeServer(folder, listening);
        server.serving = Thread.ofVirtual().start(() -> server.serve(answers));
        return server;
    }

    /** Always the same. */
    public static FakeServer saying(String... pieces) throws IOException {
        return start(request -> List.of(pieces));
    }

    /** An answer with this status and JSON. */
    public static String json(int status, String json) {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 " + status + " Status\r\nContent-Length: " + length + "\r\n\r\n" + json;
    }

    public Path socket() {
        return folder.resolve("sock");
    }

    /** What was asked so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void serve(Function<String, List<String>> answers) {
        while (listening.isOpen()) {
            try {
                answer(answers);
            } catch (IOException e) {
                assertThat(e).as("the client has gone, or the test has ended").isNotNull();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void answer(Function<String, List<String>> answers) throws IOException, InterruptedException {
        try (SocketChannel client = listening.accept()) {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            client.read(bytes);
            String request = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            requests.add(request);
            for (String piece : answers.apply(request)) {
                ByteBuffer left = ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8));
                while (left.hasRemaining()) {
                    client.write(left);
                }
                Thread.sleep(2);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        // Until nobody waits there any more, the kernel goes on taking clients.
        try {
            serving.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(socket());
        Files.deleteIfExists(folder);
    }
}
