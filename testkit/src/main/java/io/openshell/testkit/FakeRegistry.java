package io.openshell.testkit;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;

/**
 * A registry of images, as much of one as it takes to pull from: the read side of the distribution specification's version
 * 2, without TLS and without logins, on this machine's loopback. Nothing is checked but names. It stands in for real ones,
 * which tests cannot reach; Docker takes one on the loopback as it is, and Podman as {@link ContainerEngine} starts it. Any
 * thread.
 */
public final class FakeRegistry implements AutoCloseable {

    private static final int BACKLOG = 16;
    private static final String OK = "200 OK";
    private static final String UNAUTHORIZED = "401 Unauthorized";
    private static final String NOT_FOUND = "404 Not Found";
    private static final String JSON = "application/json";
    private static final int PIECES = 16;
    private static final int LARGE = 1 << 16;
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final Map<String, String> MACHINES = Map.of("x86_64", "amd64", "aarch64", "arm64");

    private final ServerSocket listening;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Duration pause = Duration.ZERO;

    private FakeRegistry(ServerSocket listening) {
        this.listening = listening;
    }

    /** Opens one without images. */
    public static FakeRegistry open() throws IOException {
        FakeRegistry registry = new FakeRegistry(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("fake-registry").start(registry::accept);
        return registry;
    }

    /** The name of an image here, for an engine: {@code 127.0.0.1:PORT/NAME}. */
    public String reference(String name) {
        return "127.0.0.1:" + listening.getLocalPort() + "/" + name;
    }

    /**
     * Puts an image of one layer here, or another one in its place.
     *
     * @param name without a tag, as in {@code team/agent}; its tag is {@code latest}
     * @param root the folder that is its root
     */
    public void put(String name, Path root) throws IOException {
        byte[] tar = archive(root);
        byte[] layer = gzip(tar);
        String machine = System.getProperty("os.arch", "");
        byte[] config = utf8("""
                {"architecture":"%s","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]},
                "history":[{"created_by":"a test"}]}""".formatted(MACHINES.getOrDefault(machine, machine), digest(tar)));
        byte[] manifest = utf8("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                .formatted(MANIFEST, descriptor(CONFIG, config), descriptor(LAYER, layer)));
        blobs.put(digest(layer), layer);
        blobs.put(digest(config), config);
        manifests.put(name + "/manifests/" + digest(manifest), manifest);
        manifests.put(name + "/manifests/latest", manifest);
    }

    /** Has every large layer from now on come in {@value #PIECES} pieces, with such a pause before each. */
    public void slow(Duration before) {
        pause = before;
    }

    /** Changes a byte of everything that is here, but not what it is said to be. */
    public void spoil() {
        blobs.replaceAll((digest, blob) -> {
            byte[] spoiled = blob.clone();
            spoiled[spoiled.length / 2] ^= 1;
            return spoiled;
        });
    }

    /** What was asked for so far, as in {@code GET /v2/}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))) {
            in.mark(1);
            // Whoever begins with anything else tries TLS first, and waits for an end before trying without.
            if (!Character.isLetter(in.read())) {
                return;
            }
            in.reset();
            String[] request = line(in).split(" ", -1);
            while (!line(in).isEmpty()) {
                // No field matters.
            }
            answer(new Exchange(request[0], request[1], client.getOutputStream()));
        } catch (IOException e) {
            // The client went away.
            return;
        }
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new EOFException("end of the request");
        }
        return line;
    }

    private record Exchange(String method, String path, OutputStream out) {}

    private void answer(Exchange exchange) throws IOException {
        String path = exchange.path();
        requests.add(exchange.method() + " " + path);
        if (path.equals("/v2/")) {
            send(exchange, OK, JSON, utf8("{}"));
            return;
        }
        if (path.startsWith("/v2/private/")) {
            send(exchange, UNAUTHORIZED, JSON, error("UNAUTHORIZED", "authentication required"));
            return;
        }
        byte[] manifest = manifests.get(path.replaceFirst("^/v2/", ""));
        byte[] blob = blobs.get(path.replaceFirst("^/v2/.*/blobs/", ""));
        if (manifest != null) {
            send(exchange, OK, MANIFEST, manifest);
        } else if (blob != null) {
            send(exchange, OK, "application/octet-stream", blob);
        } else {
            send(exchange, NOT_FOUND, JSON, error("MANIFEST_UNKNOWN", "manifest unknown"));
        }
    }

    private static byte[] error(String code, String message) {
        return utf8("{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(code, message));
    }

    private void send(Exchange exchange, String status, String type, byte[] body) throws IOException {
        OutputStream out = exchange.out();
        out.write(utf8(String.join(
                "\r\n",
                "HTTP/1.1 " + status,
                "Content-Type: " + type,
                "Content-Length: " + body.length,
                "Docker-Content-Digest: " + digest(body),
                "Docker-Distribution-API-Version: registry/2.0",
                "Connection: close",
                "",
                "")));
        if (exchange.method().equals("HEAD")) {
            return;
        }
        int piece = body.length / PIECES + 1;
        for (int at = 0; at < body.length; at += piece) {
            if (body.length >= LARGE) {
                sleep();
            }
            out.write(body, at, Math.min(piece, body.length - at));
            out.flush();
        }
    }

    private void sleep() throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] archive(Path root) throws IOException {
        Path tar = Files.createTempFile("fake-registry-", ".tar");
        try {
            LabProcess.run("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), ".");
            return Files.readAllBytes(tar);
        } finally {
            Files.deleteIfExists(tar);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static String descriptor(String type, byte[] blob) {
        return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}".formatted(type, blob.length, digest(blob));
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
