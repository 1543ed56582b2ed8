package io.openshell.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.netty.util.concurrent.EventExecutor;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.SecurityEvent;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.proxy.sandbox.NameResolver;
import io.openshell.proxy.sandbox.PeerIdentities;
import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.proxy.sandbox.PolicyGeneration;
import io.openshell.proxy.sandbox.SandboxContext;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The real proxy on a loopback port, with a sandbox of our own: names resolve as the test says, the peer is the
 * program that the test says, and a connection to a public address of a test host ends at an upstream on loopback.
 * Everything between is what runs in production.
 */
public final class ProxyFixture implements AutoCloseable {

    /** The program that all connections come from, unless a test says otherwise. */
    public static final String BINARY = "/usr/bin/curl";

    private static final ProxyRuntime RUNTIME = ProxyRuntime.startRouted(2, ProxyFixture::route, System::nanoTime);
    private static final Map<InetSocketAddress, InetSocketAddress> ROUTES = new ConcurrentHashMap<>();

    /** The authority of the upstreams' certificates, which the proxy trusts. */
    public static final CertificateLab LAB = CertificateLab.create();

    private static final UpstreamTrust TRUST = trust();
    private static final PolicyLoader LOADER = new PolicyLoader(
            InspectorCatalog.of(List.of(new PrefixProtocol(), new LinesProtocol()), List.of(new SealRewriter())));

    private final SandboxAuthority authority = SandboxAuthority.create(Clock.systemUTC());
    private final Map<String, List<InetAddress>> hosts = new ConcurrentHashMap<>();
    private final Map<String, List<InetAddress>> later = new ConcurrentHashMap<>();
    private final List<SecurityEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicReference<PolicyGeneration> policy;
    private final AtomicReference<PeerIdentity> peer =
            new AtomicReference<>(new PeerIdentity.Known(BINARY, List.of("/bin/bash"), List.of(), 42));
    private final CredentialStore credentials = CredentialStore.empty();
    private final ProxyServer server;
    private final InferenceSettings inference;
    private volatile boolean discarding;

    private ProxyFixture(String policyText, ListeningSocket socket) throws IOException {
        this(policyText, socket, InferenceSettings.NONE, Clock.systemUTC(), RUNTIME);
    }

    private ProxyFixture(
            String policyText, ListeningSocket socket, InferenceSettings inference, Clock clock, ProxyRuntime runtime)
            throws IOException {
        this.inference = inference;
        policy = new AtomicReference<>(new PolicyGeneration(1, load(policyText)));
        server = ProxyServer.start(new ProxyConfig(runtime, clock), new Sandbox(), socket);
    }

    /** A proxy under a policy's {@code network_policies}, each line as in a file. */
    public static ProxyFixture withPolicies(String networkPolicies) throws IOException {
        return new ProxyFixture(networkPolicies, new ListeningSocket.Loopback(0));
    }

    /** A proxy that allows nothing but inference, at a time of the test's choice. */
    public static ProxyFixture withInference(InferenceSettings inference, Clock clock) throws IOException {
        return withInference(inference, clock, RUNTIME);
    }

    /** The same on threads of its own, which the test ends. */
    public static ProxyFixture withInference(InferenceSettings inference, Clock clock, ProxyRuntime runtime)
            throws IOException {
        return new ProxyFixture("", new ListeningSocket.Loopback(0), inference, clock, runtime);
    }

    /**
     * Threads whose time-outs are counted by another time than the machine's.
     *
     * @param nanoTime must not go back
     */
    public static ProxyRuntime runtime(LongSupplier nanoTime) {
        return ProxyRuntime.startRouted(1, ProxyFixture::route, nanoTime);
    }

    /** A proxy that allows nothing, on this socket. */
    static ProxyFixture on(ListeningSocket socket) throws IOException {
        return new ProxyFixture("", socket);
    }

    /** One policy named {@code test} that lets {@link #BINARY} reach one endpoint. */
    public static ProxyFixture withEndpoint(String endpoint) throws IOException {
        return withPolicies(onePolicy(endpoint));
    }

    /** The text of {@link #withEndpoint}'s policy. */
    public static String onePolicy(String endpoint) {
        return "test:\n  endpoints:\n    - { " + endpoint + " }\n  binaries:\n    - { path: " + BINARY + " }\n";
    }

    /** Where the proxy listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    public ProxyServer server() {
        return server;
    }

    /** A connection to the proxy. */
    public RawClient connect() throws IOException {
        return RawClient.connect(address());
    }

    /** A tunnel through the proxy, which must be allowed. */
    public RawClient tunnel(String host, int port) throws IOException {
        return RawClient.tunnel(address(), host, port);
    }

    /** A tunnel with TLS inside, verified against the sandbox's authority. */
    public RawClient tlsTunnel(String host, int port) throws IOException {
        return tunnel(host, port).startTls(clientContext(), host);
    }

    /** What a client in the sandbox trusts. */
    public SSLContext clientContext() {
        return CertificateLab.trusting(authority.certificate());
    }

    /**
     * Lets a name resolve to a public address of its own, and a port of it lead to an upstream on loopback. Called
     * again for the name, it adds a port.
     */
    public ProxyFixture host(String name, int port, InetSocketAddress upstream) throws IOException {
        List<InetAddress> known = hosts.get(name);
        InetAddress address = known == null ? publicAddress() : known.getFirst();
        hosts.put(name, List.of(address));
        ROUTES.put(new InetSocketAddress(address, port), upstream);
        return this;
    }

    /** Lets connections to a public address, which a test dials by its number, end at an upstream on loopback. */
    public ProxyFixture route(String address, int port, InetSocketAddress upstream) throws IOException {
        InetAddress literal = InetAddress.getByName(address);
        hosts.put(address, List.of(literal));
        ROUTES.put(new InetSocketAddress(literal, port), upstream);
        return this;
    }

    /** Lets a name resolve to these addresses, which lead where they lead. */
    public ProxyFixture resolve(String name, String... addresses) throws IOException {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        hosts.put(name, all);
        return this;
    }

    /** Bytes of memory that the proxies' buffers take, spare ones included. */
    public static long bufferMemory() {
        PooledByteBufAllocatorMetric metric = ((PooledByteBufAllocator) RUNTIME.allocator()).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    /**
     * The longest time for which one of the proxies' event loops served nobody else while something went on, in nanoseconds
     * of its processor's.
     */
    public static long longestTurn(Callable<?> meanwhile) throws Exception {
        try (LongestTurn turns = LongestTurn.of(RUNTIME.eventLoops())) {
            meanwhile.call();
            return turns.nanos();
        }
    }

    /** Waits until the proxies' event loops have done what they had to do, and what followed from that. */
    @SuppressWarnings("FutureReturnValueIgnored") // the one that was waited for
    public static void settle() {
        for (int turn = 0; turn < 2; turn++) {
            for (EventExecutor loop : RUNTIME.eventLoops()) {
                loop.submit(() -> {}).syncUninterruptibly();
            }
        }
    }

    /** Keeps no events from now on. */
    public ProxyFixture discardingEvents() {
        discarding = true;
        return this;
    }

    /** The sandbox's certificate authority. */
    public SandboxAuthority authority() {
        return authority;
    }

    /** Lets a name resolve to these addresses from its second lookup on. */
    public void thenResolve(String name, List<String> addresses) throws IOException {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        later.put(name, all);
    }

    /** Puts another policy in force. */
    public void usePolicies(String networkPolicies) {
        policy.updateAndGet(before -> new PolicyGeneration(before.number() + 1, load(networkPolicies)));
    }

    /** The sandbox's credentials; none at first. */
    public CredentialStore credentials() {
        return credentials;
    }

    /** Says who makes the connections from now on. */
    public void usePeer(PeerIdentity identity) {
        peer.set(identity);
    }

    /** The events so far, in short notation. */
    public List<String> events() {
        return events.stream().map(SecurityEvent::shorthand).toList();
    }

    /** The events so far, as OCSF JSON. */
    public List<String> jsonEvents() {
        return events.stream().map(SecurityEvent::json).toList();
    }

    @Override
    public void close() {
        server.close();
    }

    private static Policy load(String networkPolicies) {
        String text = networkPolicies.isEmpty()
                ? "version: 1\n"
                : "version: 1\nnetwork_policies:\n" + networkPolicies.indent(2);
        return switch (LOADER.load(new PolicySource("test.yaml", text))) {
            case LoadResult.Loaded loaded -> loaded.policy();
            case LoadResult.Invalid invalid -> throw new IllegalArgumentException(invalid.problems() + "\n" + text);
        };
    }

    private static int lastAddress;

    /** A public address that no other host of these tests has. */
    private static synchronized InetAddress publicAddress() throws UnknownHostException {
        lastAddress++;
        return InetAddress.getByAddress(new byte[] {93, (byte) 184, (byte) (lastAddress >> 8), (byte) lastAddress});
    }

    private static InetSocketAddress route(InetSocketAddress checked) {
        return ROUTES.getOrDefault(checked, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    private static UpstreamTrust trust() {
        try {
            Path pem = Files.createTempFile("lab", ".pem");
            Files.writeString(pem, LAB.authorityPem());
            UpstreamTrust loaded = UpstreamTrust.load(List.of(pem));
            Files.delete(pem);
            return loaded;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sandbox as the proxy sees it. */
    private final class Sandbox implements SandboxContext {

        private final SandboxInfo info = new SandboxInfo("test-" + System.identityHashCode(this), "test");

        @Override
        public SandboxInfo info() {
            return info;
        }

        @Override
        public Supplier<PolicyGeneration> policy() {
            return policy::get;
        }

        @Override
        public PeerIdentities identities() {
            return (agent, proxy) -> CompletableFuture.completedFuture(peer.get());
        }

        @Override
        public NameResolver names() {
            return host -> {
                List<InetAddress> known = hosts.get(host);
                List<InetAddress> next = later.remove(host);
                if (next != null) {
                    hosts.put(host, next);
                }
                return known != null
                        ? CompletableFuture.completedFuture(known)
                        : CompletableFuture.failedFuture(new UnknownHostException(host));
            };
        }

        @Override
        public EventSink events() {
            return event -> {
                if (!discarding) {
                    events.add(event);
                }
            };
        }

        @Override
        public SandboxAuthority authority() {
            return authority;
        }

        @Override
        public CredentialStore credentials() {
            return credentials;
        }

        @Override
        public InferenceSettings inference() {
            return inference;
        }

        @Override
        public UpstreamTrust trust() {
            return TRUST;
        }
    }
}
