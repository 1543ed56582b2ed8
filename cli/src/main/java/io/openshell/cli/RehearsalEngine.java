package io.openshell.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands in for Docker's engine while the start-up cache is made, for there need not be one: answers what a run asks, one
 * request after the other, and really starts the one container.
 *
 * <p>Run by {@code bin/train-cache} beside {@link StartupTraining}. It is a process of its own because a supervisor's may
 * not mount anything, and because what it loads is nothing that a cache should have.
 */
final class RehearsalEngine {

    /** The only image. */
    static final String IMAGE = "rehearsal";

    /** What the image has to run. */
    static final String PROGRAM = "openshell-launcher";

    private static final String IMAGE_ID = "sha256:" + "0".repeat(64);
    private static final String ID = "rehearsal";
    private static final String CONTAINERS = "/v1.41/containers/";
    private static final String LENGTH = "content-length: ";

    /** What is longer is cut, and then no JSON. A run's request has a hundredth of it. */
    private static final int MAX_BODY_BYTES = 1 << 20;

    /** Then it ends, whatever it does: longer than any training takes. */
    private static final int LIFE_SECONDS = 60;

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final int FAILED = 500;

    private final Path folder;
    private final Path launcher;
    private final JsonMapper json = new JsonMapper();
    private Optional<JsonNode> created = Optional.empty();
    private volatile Optional<RehearsalContainer> container = Optional.empty();

    private RehearsalEngine(Path folder, Path launcher) {
        this.folder = folder;
        this.launcher = launcher;
    }

    private record Answer(int status, Object body) {}

    /**
     * Serves until it is ended.
     *
     * @param arguments an empty folder of its own, where its socket will be {@code engine}, and the launcher
     */
    public static void main(String[] arguments) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS).execute(() -> runtime.exit(1));
        RehearsalEngine engine = new RehearsalEngine(Path.of(arguments[0]), Path.of(arguments[1]));
        runtime.addShutdownHook(new Thread(engine::end));
        engine.serve();
    }

    private void serve() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("engine")));
            while (server.isOpen()) {
                serve(server.accept());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            BufferedReader reader = new BufferedReader(Channels.newReader(client, ISO_8859_1));
            String request = String.valueOf(reader.readLine());
            Answer answer = answer(request.replaceFirst("[?].*| HTTP/.*", ""), body(reader));
            byte[] body = answer.status() == NO_CONTENT ? new byte[0] : json.writeValueAsBytes(answer.body());
            String head = "HTTP/1.1 " + answer.status() + "\r\nApi-Version: 1.41\r\nOstype: linux\r\nContent-Length: "
                    + body.length + "\r\n\r\n";
            OutputStream out = Channels.newOutputStream(client);
            out.write(head.getBytes(ISO_8859_1));
            out.write(body);
        } catch (IOException e) {
            // Who asked has gone, as a wait does that is over.
            return;
        }
    }

    /** Reads the rest of a request. */
    private static byte[] body(BufferedReader reader) throws IOException {
        int length = 0;
        for (String field = reader.readLine(); field != null && !field.isEmpty(); field = reader.readLine()) {
            if (field.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Math.min(MAX_BODY_BYTES, Integer.parseInt(field.substring(LENGTH.length())));
            }
        }
        StringBuilder body = new StringBuilder();
        while (body.length() < length) {
            int next = reader.read();
            if (next < 0) {
                throw new EOFException("body");
            }
            body.append((char) next);
        }
        return body.toString().getBytes(ISO_8859_1);
    }

    private Answer answer(String request, byte[] body) {
        return switch (request) {
            case "GET /_ping" -> new Answer(OK, Map.of());
            // An ordinary user's engine is asked what it can limit.
            case "GET /v1.41/info" ->
                new Answer(OK, Map.of("PidsLimit", true, "MemoryLimit", true, "CpuCfsQuota", true));
            case "GET /v1.41/images/" + IMAGE + "/json" -> new Answer(OK, image());
            case "POST " + CONTAINERS + "create" -> create(body);
            case "POST " + CONTAINERS + ID + "/start" -> start();
            case "GET " + CONTAINERS + ID + "/json" -> inspect();
            case "GET " + CONTAINERS + "json" ->
                new Answer(OK, created.map(made -> Map.of("Id", ID)).stream().toList());
            case "DELETE " + CONTAINERS + ID -> remove();
            default -> new Answer(NOT_FOUND, Map.of("message", request + ": not rehearsed"));
        };
    }

    private static Map<String, Object> image() {
        return Map.of(
                "Id", IMAGE_ID, "Os", "linux", "Config", Map.of("User", "1000:1000", "Env", List.of("PATH=/bin")));
    }

    private Answer create(byte[] body) {
        created = Optional.of(json.readTree(body));
        return new Answer(CREATED, Map.of("Id", ID));
    }

    private Answer start() {
        try {
            Path root = Files.createDirectory(folder.resolve("root"));
            container = Optional.of(RehearsalContainer.start(created.orElseThrow(), root, launcher));
            return new Answer(NO_CONTENT, Map.of());
        } catch (IOException e) {
            return new Answer(FAILED, Map.of("message", String.valueOf(e.getMessage())));
        }
    }

    private Answer inspect() {
        return container
                .map(running -> new Answer(OK, shown(running)))
                .orElseGet(() -> new Answer(NOT_FOUND, Map.of("message", "no such container")));
    }

    private static Map<String, Object> shown(RehearsalContainer container) {
        JsonNode request = container.request();
        return Map.of(
                "Id", ID,
                "Image", IMAGE_ID,
                "State", container.state(),
                "Config", Map.of("Labels", request.path("Labels")),
                "HostConfig", request.path("HostConfig"));
    }

    private Answer remove() {
        end();
        created = Optional.empty();
        return new Answer(NO_CONTENT, Map.of());
    }

    private void end() {
        container.ifPresent(RehearsalContainer::end);
    }
}
