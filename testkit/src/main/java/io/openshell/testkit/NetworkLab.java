package io.openshell.testkit;

import io.openshell.testkit.CertificateLab.ServerCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A small internet on one machine: two network namespaces joined by a wire. One is the user's machine, in which a test
 * runs the program under test ({@link #command}); the other is everything else: a real nginx, a DNS server whose
 * answers the test sets, and upstreams that remember every byte. Nothing is added to the machine's own interfaces or
 * routes, and no packet leaves the two namespaces, so addresses from public ranges can be used freely.
 *
 * <p>Needs root, {@code ip} and nginx; {@link #open} skips the test with the reason where one is missing. Closing it
 * removes everything. For one thread.
 */
public final class NetworkLab implements AutoCloseable {

    /** The user's machine. */
    public static final String USER_ADDRESS = "93.184.216.2";

    /** A web server's address; any other may be added. */
    public static final String WEB_ADDRESS = "93.184.216.34";

    /** The same over IPv6. */
    public static final String WEB_ADDRESS_6 = "2606:2800:220:1::34";

    /** The DNS server, and the only one that the user's machine knows. */
    public static final String DNS_ADDRESS = "93.184.216.53";

    private static final String GATEWAY = "93.184.216.1";
    private static final String GATEWAY_6 = "2606:2800:220:1::1";
    private static final String USER_6 = "2606:2800:220:1::2";
    private static final Path NAMESPACE_FILES = Path.of("/etc/netns");

    private final String user;
    private final String world;
    private final Path folder;
    private final Thread cleanUp = new Thread(this::remove, "network-lab-clean-up");
    private final List<LabProcess> servers = new ArrayList<>();
    private final LabProcess host;

    private NetworkLab(String name) throws IOException {
        this.user = name + "u";
        this.world = name + "w";
        this.folder = Files.createTempDirectory("network-lab");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        try {
            makeNamespaces();
            this.host = startHost();
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Makes a lab, or aborts the calling test as skipped and says what is missing. */
    public static NetworkLab open() throws IOException {
        Optional<String> missing = missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "network lab: " + missing.orElse(""));
        return new NetworkLab(
                "lab" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x10000, 0xfffff)));
    }

    /** What a lab lacks here, if anything. */
    public static Optional<String> missing() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            return Optional.of("not root (expected: root, to make network namespaces)");
        }
        for (String program : List.of("ip", "nginx")) {
            if (Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
                    .noneMatch(directory -> Files.isExecutable(Path.of(directory, program)))) {
                return Optional.of(program + ": not found (expected: installed)");
            }
        }
        return Optional.empty();
    }

    /** A command line that runs a command on the user's machine: its network, its resolver, its hosts file. */
    public List<String> command(String... command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", user));
        line.addAll(List.of(command));
        return List.copyOf(line);
    }

    /** The name of the user's machine's namespace. */
    public String userNamespace() {
        return user;
    }

    /** A folder of the lab's own, removed with it. */
    public Path folder() {
        return folder;
    }

    /** Adds an address to the world, of any range: public, private, link-local. The user's machine can reach it. */
    public void addAddress(String address) throws IOException {
        String prefix = address.indexOf(':') >= 0 ? "/128" : "/32";
        LabProcess.run("ip", "-n", world, "addr", "add", address + prefix, "dev", "lo", "nodad");
    }

    /** Sets the addresses of a name in DNS. */
    public void name(String name, String... addresses) throws IOException {
        host.ask("addresses " + name + " " + String.join(",", addresses));
    }

    /** Sets successive answers for a name: each question of a type gets the next, and after the last the first. */
    public void flippingName(String name, List<List<String>> answers) throws IOException {
        host.ask("addresses " + name + " "
                + answers.stream().map(list -> String.join(",", list)).collect(Collectors.joining(" ")));
    }

    /** Makes a name an alias of another. */
    public void aliasName(String name, String target) throws IOException {
        host.ask("alias " + name + " " + target);
    }

    /** What DNS was asked, in order: type number (1 is A, 28 is AAAA), space, name. */
    public List<String> queries() throws IOException {
        return decode(host.ask("queries")).lines().toList();
    }

    /** Starts a recording upstream in the world, over TCP. It answers everything with 200. */
    public RecordedPlace record(String address, int port) throws IOException {
        host.ask("record " + address + " " + port + " ");
        return new RecordedPlace(address, port);
    }

    /** The same over TLS. */
    public RecordedPlace recordTls(String address, int port, ServerCertificate certificate) throws IOException {
        Path store = folder.resolve("record-" + port + "-" + servers.size() + ".p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            certificate.keyStore().store(out, ServerKeys.password());
        } catch (GeneralSecurityException impossible) {
            throw new IOException("key store: not written", impossible);
        }
        host.ask("record " + address + " " + port + " " + store);
        return new RecordedPlace(address, port);
    }

    /** A recording upstream in the world. */
    public final class RecordedPlace {

        private final String place;

        private RecordedPlace(String address, int port) {
            this.place = address + " " + port;
        }

        /** Every byte of every connection, one character a byte. */
        public String text() throws IOException {
            return decode(host.ask("received " + place));
        }

        /** How many connections it had. */
        public int connections() throws IOException {
            return Integer.parseInt(host.ask("connections " + place));
        }

        /** Forgets both. */
        public void forget() throws IOException {
            host.ask("forget " + place);
        }
    }

    /**
     * Starts nginx in the world: files of a folder on port 80 of an address and, over TLS, on port 443.
     *
     * @param address one that the world has
     * @param files what it serves; must be readable by all
     * @return its access log: method, host, URI and status, a line a request
     */
    public Path nginx(String address, ServerCertificate certificate, Path files) throws IOException {
        Path home = Files.createDirectory(folder.resolve("nginx" + servers.size()));
        LabProcess nginx = Nginx.start(world, home, address, certificate, files);
        servers.add(nginx);
        waitFor(address, 80, nginx);
        waitFor(address, 443, nginx);
        return home.resolve("access.log");
    }

    /**
     * Starts any server in the world and waits until it accepts connections.
     *
     * @param address one that the world has
     * @param command its program and arguments; it must stay in the foreground, and ends with the lab
     */
    public void serve(String address, int port, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", world));
        line.addAll(List.of(command));
        LabProcess server = LabProcess.start(line);
        servers.add(server);
        waitFor(address, port, server);
    }

    /** Ends the servers and removes namespaces, interfaces and files. */
    @Override
    public void close() {
        if (Thread.currentThread() != cleanUp) {
            Runtime.getRuntime().removeShutdownHook(cleanUp);
        }
        remove();
    }

    private void remove() {
        servers.forEach(LabProcess::close);
        servers.clear();
        for (String namespace : List.of(user, world)) {
            LabProcess.tryRun("ip", "netns", "del", namespace);
            delete(NAMESPACE_FILES.resolve(namespace));
        }
        removeIfEmpty(NAMESPACE_FILES);
        delete(folder);
    }

    private void makeNamespaces() throws IOException {
        Files.createDirectories(NAMESPACE_FILES.resolve(user));
        Path files = NAMESPACE_FILES.resolve(user);
        Files.writeString(
                files.resolve("resolv.conf"), "nameserver " + DNS_ADDRESS + "\noptions timeout:2 attempts:2\n");
        Files.writeString(files.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        Files.writeString(files.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
        for (String namespace : List.of(user, world)) {
            LabProcess.run("ip", "netns", "add", namespace);
            LabProcess.run("ip", "-n", namespace, "link", "set", "lo", "up");
        }
        LabProcess.run("ip", "-n", user, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", world);
        LabProcess.run("ip", "-n", user, "addr", "add", USER_ADDRESS + "/24", "dev", "wire");
        LabProcess.run("ip", "-n", user, "addr", "add", USER_6 + "/64", "dev", "wire", "nodad");
        LabProcess.run("ip", "-n", world, "addr", "add", GATEWAY + "/24", "dev", "wire");
        LabProcess.run("ip", "-n", world, "addr", "add", GATEWAY_6 + "/64", "dev", "wire", "nodad");
        LabProcess.run("ip", "-n", user, "link", "set", "wire", "up");
        LabProcess.run("ip", "-n", world, "link", "set", "wire", "up");
        LabProcess.run("ip", "-n", user, "route", "add", "default", "via", GATEWAY);
        LabProcess.run("ip", "-n", user, "-6", "route", "add", "default", "via", GATEWAY_6);
        for (String address : List.of(WEB_ADDRESS, DNS_ADDRESS)) {
            LabProcess.run("ip", "-n", world, "addr", "add", address + "/24", "dev", "wire");
        }
        LabProcess.run("ip", "-n", world, "addr", "add", WEB_ADDRESS_6 + "/64", "dev", "wire", "nodad");
    }

    private LabProcess startHost() throws IOException {
        Path classes = Path.of(LabHost.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        LabProcess process = LabProcess.start(List.of(
                "ip",
                "netns",
                "exec",
                world,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes.toString(),
                LabHost.class.getName(),
                InetAddress.getByName(DNS_ADDRESS).getHostAddress()));
        servers.add(process);
        process.readAnswer();
        return process;
    }

    private void waitFor(String address, int port, LabProcess server) throws IOException {
        long end = System.nanoTime() + RawClient.PATIENCE.toNanos();
        while (!host.ask("probe " + address + " " + port).equals("true")) {
            if (System.nanoTime() > end || !server.isAlive()) {
                throw new IOException(address + ":" + port + ": nobody listens (expected: a server of the lab) "
                        + server.complaint());
            }
        }
    }

    private static String decode(String answer) {
        return new String(Base64.getDecoder().decode(answer), StandardCharsets.ISO_8859_1);
    }

    /** Another lab, or the machine's owner, may have files of namespaces too. */
    private static void removeIfEmpty(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException inUse) {
            // it stays for those who use it
        }
    }

    private static void delete(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException gone) {
            // nothing there, or a temporary file that stays: no reason to fail what was tested
        }
    }
}
