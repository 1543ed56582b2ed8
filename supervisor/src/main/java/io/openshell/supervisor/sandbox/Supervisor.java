package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.config.Problem;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.policy.Policy;
import io.openshell.proxy.ProxyConfig;
import io.openshell.proxy.ProxyRuntime;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.identity.ExecutableHashes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes sandboxes, and keeps what they share: event loops, hashes of executables, trust in upstream servers. Any thread.
 * Its sandboxes end with it.
 */
public final class Supervisor implements AutoCloseable {

    private final SupervisorConfig config;
    private final LaunchingHost host;
    private final ExecutorService background = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("supervisor-", 0).factory());
    private final ExecutorService inTurn = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("supervisor-parts").factory());
    private final ExecutorService resolvers = Resolvers.start();
    private final ExecutableHashes hashes = new ExecutableHashes();
    private final AtomicBoolean proxiesBegun = new AtomicBoolean();
    private final CompletableFuture<ProxyRuntime> runtime = new CompletableFuture<>();
    private final Map<List<Path>, CompletableFuture<UpstreamTrust>> trusts = new ConcurrentHashMap<>();
    private final Map<String, ComputeDriver> drivers = new ConcurrentHashMap<>();
    private final Map<RunningSandbox, Boolean> sandboxes = new ConcurrentHashMap<>();

    private Supervisor(SupervisorConfig config) {
        this.config = config;
        this.host = new LaunchingHost(config.broker());
    }

    /** Starts a supervisor; nothing is asked of the system yet. */
    public static Supervisor open(SupervisorConfig config) {
        return new Supervisor(config);
    }

    /**
     * Looks for an image and its platform, in the background, so that both are known when a sandbox is made. What is wrong with
     * either is said then; nothing is fetched.
     *
     * @param driver its name; empty for the first one that has images and works
     * @param image as {@link ComputeDriver#image} takes it
     */
    @SuppressWarnings("FutureReturnValueIgnored") // who makes a sandbox asks again, and is told
    public void lookAhead(Optional<String> driver, String image) {
        background.submit(() -> {
            ComputeDriver platform = driver(driver.isEmpty() ? driverForImages() : driver.get());
            return platform.check().isEmpty() ? platform.image(image, PullPolicy.NEVER, step -> {}) : null;
        });
    }

    /**
     * Makes a sandbox: all or nothing. Returns when it stands, has proven what it refuses, and its proxy accepts
     * connections.
     */
    public RunningSandbox create(SandboxSpec spec) throws SandboxException, InterruptedException {
        return new SandboxBuild(this, spec).run();
    }

    /**
     * Serves a sandbox that was taken over.
     *
     * @param taken owned from now on. If this throws it is left as it was, for another try
     * @param policy what its own text means
     * @param credentials what its placeholders stand for, from the first revision on; stays the caller's
     * @param inference what {@code inference.local} is to it from now on; its keys stay the caller's
     */
    public ResumedSandbox resume(
            ResumableSandbox taken, Policy policy, CredentialStore credentials, InferenceSettings inference)
            throws SandboxException, InterruptedException {
        startProxies(background);
        return new SandboxResume(this, taken, policy, credentials, inference).run();
    }

    /** Ends every sandbox, then the threads. */
    @Override
    public void close() {
        sandboxes.keySet().forEach(RunningSandbox::close);
        drivers.values().forEach(ComputeDriver::close);
        closeRuntime();
        resolvers.shutdownNow();
        background.shutdownNow();
        inTurn.shutdownNow();
    }

    /** One that did not start was reported to whoever wanted it. */
    private void closeRuntime() {
        if (!proxiesBegun.get()) {
            return;
        }
        runtime.handle((started, failure) -> {
                    if (started != null) {
                        started.close();
                    }
                    return true;
                })
                .join();
    }

    SupervisorConfig config() {
        return config;
    }

    LaunchingHost host() {
        return host;
    }

    ExecutableHashes hashes() {
        return hashes;
    }

    /** Does everything at once. */
    Executor background() {
        return background;
    }

    /** Does one thing after the other, for a platform that works meanwhile needs processors too. */
    Executor inTurn() {
        return inTurn;
    }

    ExecutorService resolvers() {
        return resolvers;
    }

    /** Starts what all proxies run on, in the background, if that was not done before. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is waited for where it is needed
    void startProxies(Executor by) {
        if (proxiesBegun.compareAndSet(false, true)) {
            runtime.completeAsync(ProxyRuntime::start, by);
        }
    }

    /** Waits until proxies can run. They must have been started. */
    ProxyConfig proxyConfig() throws InterruptedException, SandboxException {
        try {
            return new ProxyConfig(runtime.get(), config.clock());
        } catch (ExecutionException e) {
            throw new SandboxException("proxy: " + e.getCause(), e);
        }
    }

    /** Makes a sandbox's own authority, meanwhile. */
    CompletableFuture<SandboxAuthority> newAuthority(Executor by) {
        return CompletableFuture.supplyAsync(() -> SandboxAuthority.create(config.clock()), by);
    }

    /** Loads whom upstream servers are verified against, once for the same files. */
    CompletableFuture<UpstreamTrust> trust(List<Path> extra, Executor by) {
        return trusts.computeIfAbsent(
                extra, files -> CompletableFuture.supplyAsync(() -> UpstreamTrust.load(files), by));
    }

    /**
     * The first driver that works here and has images: docker, podman, then what else there is, by name.
     *
     * @throws SandboxException with what each one lacks if there is none
     */
    public String driverForImages() throws SandboxException {
        List<String> lacks = new ArrayList<>();
        for (String name : FirstChoice.of(config.drivers().names())) {
            List<Problem> problems = driver(name).check();
            if (problems.isEmpty()) {
                return name;
            }
            lacks.add(name + ": " + problems.getFirst().message());
        }
        throw new SandboxException(
                "driver: none that has images works here"
                        + (lacks.isEmpty() ? "" : "; " + String.join("; ", lacks))
                        + " (expected: a Docker or Podman engine that this user may use; see 'openshell doctor')",
                null);
    }

    /**
     * Why a sandbox has ended that nobody here has ended, as its platform knows it. Waits a moment until it does.
     *
     * @param driver the driver's name
     * @param sandbox the sandbox's id
     * @return a few words
     */
    public String whyEnded(String driver, String sandbox) throws SandboxException, InterruptedException {
        return new WorkloadEnd(driver(driver), sandbox).words();
    }

    synchronized ComputeDriver driver(String name) throws SandboxException {
        ComputeDriver known = drivers.get(name);
        if (known != null) {
            return known;
        }
        var factory = config.drivers()
                .find(name)
                .orElseThrow(() -> new SandboxException(
                        "driver: " + name + " (expected: one of "
                                + String.join(", ", config.drivers().names()) + ")",
                        null));
        ComputeDriver driver = DriverOptions.create(factory, host);
        drivers.put(name, driver);
        return driver;
    }

    void keep(RunningSandbox sandbox) {
        sandboxes.put(sandbox, true);
    }

    void forget(RunningSandbox sandbox) {
        sandboxes.remove(sandbox);
    }
}
