package io.openshell.testkit;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real container engine for tests, with folders of its own and without a network: neither the machine's engines nor its
 * interfaces and firewall are touched. It needs root and Debian's packages {@code docker.io}, {@code podman} and {@code
 * runc}; {@link #missing} says what is not there.
 *
 * <p>One of each kind is {@linkplain #shared shared} by the tests of a process, and is the one that the environment names
 * in {@code OPENSHELL_TEST_DOCKER} or {@code OPENSHELL_TEST_PODMAN} ({@code unix:///PATH}), if it does. A test that kills
 * its engine {@linkplain #start starts} one of its own.
 */
public final class ContainerEngine implements AutoCloseable {

    /** Which engine. */
    public enum Kind {
        DOCKER("dockerd", "docker.io"),
        PODMAN("podman", "podman");

        private final String command;
        private final String debianPackage;

        Kind(String command, String debianPackage) {
            this.command = command;
            this.debianPackage = debianPackage;
        }

        private Optional<String> named() {
            return Optional.ofNullable(System.getenv("OPENSHELL_TEST_" + name()))
                    .filter(value -> value.startsWith("unix:///"))
                    .map(value -> value.substring("unix://".length()));
        }
    }

    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 30;
    private static final int POLL_MILLIS = 50;

    /** Podman takes registries of this machine without TLS, as Docker does. */
    private static final String REGISTRIES =
            "[[registry]]\nprefix = \"127.0.0.1\"\nlocation = \"127.0.0.1\"\ninsecure = true\n";

    private static final Pattern CONTAINER_ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
    private static final Map<Kind, ContainerEngine> SHARED = new EnumMap<>(Kind.class);

    private final Kind kind;
    private final Path socket;
    private final Optional<Path> folder;
    private Optional<Process> process = Optional.empty();

    private ContainerEngine(Kind kind, Path socket, Optional<Path> folder) {
        this.kind = kind;
        this.socket = socket;
        this.folder = folder;
    }

    /** Why there can be no such engine here, if so. */
    public static Optional<String> missing(Kind kind) {
        if (kind.named().isPresent()) {
            return Optional.empty();
        }
        if (!isOnPath(kind.command) || !isOnPath("runc")) {
            return Optional.of(kind.command + " and runc: not there (expected: Debian's packages " + kind.debianPackage
                    + " and runc)");
        }
        return isRoot() ? Optional.empty() : Optional.of("root: no (expected: root, to start " + kind.command + ")");
    }

    /** The one that all tests of this process use. It ends with the process. */
    public static ContainerEngine shared(Kind kind) throws IOException {
        synchronized (SHARED) {
            ContainerEngine engine = SHARED.get(kind);
            if (engine == null) {
                engine = kind.named().isPresent()
                        ? new ContainerEngine(kind, Path.of(kind.named().get()), Optional.empty())
                        : start(kind);
                Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
                SHARED.put(kind, engine);
            }
            return engine;
        }
    }

    /** A new one. */
    public static ContainerEngine start(Kind kind) throws IOException {
        return startIn(kind, Files.createTempDirectory("openshell-engine-"));
    }

    /** A new one that has its images and containers in this folder, which is removed with it. */
    public static ContainerEngine startIn(Kind kind, Path folder) throws IOException {
        ContainerEngine engine = new ContainerEngine(kind, folder.resolve("engine.sock"), Optional.of(folder));
        try {
            engine.restart();
            return engine;
        } catch (IOException e) {
            engine.close();
            throw e;
        }
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** Starts it again after {@link #kill}, as a service manager would, and waits until it answers. */
    public void restart() throws IOException {
        endContainerd();
        Path log = ownFolder().resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command(ownFolder()))
                // Podman's monitor leaves a file where it runs when a container's memory has run out.
                .directory(ownFolder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Path registries = Files.writeString(ownFolder().resolve("registries.conf"), REGISTRIES);
        builder.environment().put("CONTAINERS_REGISTRIES_CONF", registries.toString());
        Process started = builder.start();
        process = Optional.of(started);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException(kind.command + " does not start: " + lastWords(log));
            }
            sleep();
        }
    }

    /** It dies with its dockerd; until somebody buries it, the next dockerd would take it to be alive. */
    private void endContainerd() throws IOException {
        Path pid = ownFolder().resolve("exec/containerd/containerd.pid");
        if (Files.exists(pid)) {
            LabProcess.tryRun("kill", "-9", Files.readString(pid).strip());
            Files.delete(pid);
        }
    }

    private List<String> command(Path folder) {
        String listen = "unix://" + socket;
        return switch (kind) {
            case DOCKER ->
                List.of(
                        "dockerd",
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("pid"),
                        "--host=" + listen,
                        "--bridge=none",
                        "--iptables=false",
                        "--ip6tables=false",
                        "--ip-forward=false",
                        "--ip-masq=false");
            case PODMAN ->
                List.of(
                        "podman",
                        "--root=" + folder.resolve("data"),
                        "--runroot=" + folder.resolve("exec"),
                        "--tmpdir=" + folder.resolve("tmp"),
                        "--runtime=runc",
                        "--cgroup-manager=cgroupfs",
                        "--events-backend=file",
                        "system",
                        "service",
                        "--time=0",
                        listen);
        };
    }

    private boolean answers() {
        try {
            return Files.exists(socket) && curl("GET", "/_ping").contains("OK");
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it at once, as a machine without memory would. Containers go on. */
    public void kill() throws IOException {
        Process running = process.orElseThrow();
        running.destroyForcibly();
        await(running);
    }

    /** Makes an image of a folder; each change is a line of a Dockerfile, as in {@code USER agent}. */
    public void importImage(String name, Path root, String... changes) throws IOException {
        Path archive = Files.createTempFile("openshell-image-", ".tar");
        try {
            LabProcess.run("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", archive.toString(), ".");
            importArchive(name, archive, changes);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** As {@link #importImage}, of a tar archive whose owners are kept. */
    public void importArchive(String name, Path archive, String... changes) throws IOException {
        StringBuilder target = new StringBuilder(
                kind == Kind.DOCKER
                        ? "/v1.41/images/create?fromSrc=-&repo=" + name
                        : "/v4.0.0/libpod/images/import?reference=localhost/" + name + ":latest");
        for (String change : changes) {
            target.append("&changes=").append(URLEncoder.encode(change, StandardCharsets.UTF_8));
        }
        curl("POST", target.toString(), "-H", "Content-Type: application/x-tar", "--data-binary", "@" + archive);
    }

    /**
     * Asks it something, past everything that is tested.
     *
     * @return the body of its answer
     * @throws IOException if it does not answer, or says no
     */
    public String curl(String method, String target, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "--max-time", "120"));
        command.addAll(List.of("--unix-socket", socket.toString(), "-X", method));
        command.addAll(List.of(more));
        command.add("http://engine" + target);
        return LabProcess.output(command);
    }

    @Override
    public synchronized void close() {
        if (folder.isEmpty()) {
            return;
        }
        process.ifPresent(running -> {
            removeContainers(running);
            running.destroy();
            await(running);
        });
        process = Optional.empty();
        unmountAll(folder.get());
        delete(folder.get());
    }

    /** Podman's go on without it. */
    private void removeContainers(Process running) {
        if (!running.isAlive()) {
            return;
        }
        try {
            String containers = curl("GET", "/v1.41/containers/json?all=true");
            Matcher ids = CONTAINER_ID.matcher(containers);
            while (ids.find()) {
                curl("DELETE", "/v1.41/containers/" + ids.group(1) + "?force=true&v=true");
            }
        } catch (IOException e) {
            System.err.println("engine: containers may be left: " + e.getMessage());
        }
    }

    private static void unmountAll(Path folder) {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            mounts.map(line -> line.split(" ", -1)[1])
                    .filter(target -> Path.of(target).startsWith(folder))
                    .sorted(Comparator.reverseOrder())
                    .forEach(target -> LabProcess.tryRun("umount", "-l", target));
        } catch (IOException e) {
            // Then nothing can be unmounted.
            return;
        }
    }

    private static void delete(Path folder) {
        LabProcess.tryRun("rm", "-rf", "--one-file-system", folder.toString());
    }

    private Path ownFolder() {
        return folder.orElseThrow(() -> new IllegalStateException("this engine was started by somebody else"));
    }

    private static void await(Process running) {
        try {
            if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String lastWords(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static boolean isOnPath(String command) {
        return Stream.of(System.getenv()
                        .getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                        .split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }
}
