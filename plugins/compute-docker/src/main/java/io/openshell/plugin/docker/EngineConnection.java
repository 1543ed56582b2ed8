package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import io.openshell.plugin.docker.endpoint.Surroundings;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.http.UnixHttp;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the engine and agrees with it on a version, when it is first needed. Any thread; those who need it at the same time share
 * one attempt.
 */
final class EngineConnection {

    /** Docker 20.10: the oldest whose limits and namespaces are what is asked for. */
    static final EngineVersion OLDEST = new EngineVersion(1, 41);

    /** Docker 28: the newest that was looked at. */
    static final EngineVersion NEWEST = new EngineVersion(1, 51);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String driver;
    private final Supplier<EngineSocket> search;
    private final long user;
    private @Nullable CompletableFuture<Engine> agreement;

    EngineConnection(String driver, Supplier<EngineSocket> search) {
        this(driver, search, Surroundings.ofThisProcess().user());
    }

    /** @param user whom this process runs as */
    EngineConnection(String driver, Supplier<EngineSocket> search, long user) {
        this.driver = driver;
        this.search = search;
        this.user = user;
    }

    /** The engine; one that answered once is taken to be there, and calls find out if it is not. */
    @SuppressWarnings("ReferenceEquality") // one's own attempt, or somebody else's
    Engine engine() throws ComputeException {
        CompletableFuture<Engine> mine = new CompletableFuture<>();
        CompletableFuture<Engine> shared = sharing(mine);
        if (shared == mine) {
            agree(mine);
        }
        try {
            return shared.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ComputeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private synchronized CompletableFuture<Engine> sharing(CompletableFuture<Engine> offered) {
        if (agreement == null) {
            agreement = offered;
        }
        return agreement;
    }

    /** What fails is not remembered: the next one tries again. Whatever becomes of it, nobody waits for ever. */
    private void agree(CompletableFuture<Engine> attempt) {
        try {
            attempt.complete(connect());
        } catch (ComputeException | RuntimeException | Error e) {
            forget();
            attempt.completeExceptionally(e);
        }
    }

    /** Asks again next time, for what comes back may be another version. */
    synchronized void forget() {
        agreement = null;
    }

    private Engine connect() throws ComputeException {
        return switch (search.get()) {
            case EngineSocket.Unusable(String problem) ->
                throw new ComputeException(Kind.PRECONDITION, driver + ": " + problem);
            case EngineSocket.At at -> {
                Failures failures = new Failures(driver, at.path(), at.origin());
                UnixHttp http = new UnixHttp(at.path());
                yield new Engine(http, dialect(http, failures), failures);
            }
        };
    }

    private Dialect dialect(UnixHttp http, Failures failures) throws ComputeException {
        try {
            // Podman takes up to half a second for its version, and none for this.
            HttpAnswer ping = http.call(HttpRequest.get("/_ping"), LIMIT);
            success(ping, failures, "ping");
            requireOwn(failures.socket());
            Optional<String> podman = ping.field("Libpod-API-Version");
            if (podman.isPresent()) {
                return podman(EngineVersion.parse(podman.get()));
            }
            if (driver.equals(EngineDriverFactory.PODMAN)) {
                throw new ComputeException(
                        Kind.PRECONDITION,
                        driver + ": this engine is not Podman (expected: Podman, or --driver docker for Docker)");
            }
            EngineVersion spoken = spoken(http, failures, ping);
            return new DockerDialect(spoken, limits(http, failures, spoken));
        } catch (IOException e) {
            throw failures.unanswered(e, "version");
        }
    }

    /** Another user's engine cannot reach the control socket, and is nobody to rely on. */
    private void requireOwn(Path socket) throws ComputeException, IOException {
        long owner = EngineReport.user(socket);
        if (owner != 0 && owner != user) {
            throw new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": " + socket + ": the engine of user " + owner
                            + " (expected: root's or your own; run this as that user)");
        }
    }

    /** The newest version that both know. Docker's newest is in its answer to a ping, its oldest is not. */
    private EngineVersion spoken(UnixHttp http, Failures failures, HttpAnswer ping)
            throws ComputeException, IOException {
        Optional<String> told = ping.field("Api-Version");
        if (told.isPresent() && !NEWEST.isBefore(EngineVersion.parse(told.get()))) {
            return common(EngineVersion.parse(told.get()), OLDEST);
        }
        Json version = Json.read(success(http.call(HttpRequest.get("/version"), LIMIT), failures, "version"));
        return common(
                EngineVersion.parse(version.at("ApiVersion").requiredText("ApiVersion")),
                EngineVersion.parse(version.at("MinAPIVersion").text().orElse("1.0")));
    }

    /** What it can limit: it says so by itself if it is root's. */
    private static Set<Limit> limits(UnixHttp http, Failures failures, EngineVersion spoken)
            throws ComputeException, IOException {
        if (EngineReport.user(failures.socket()) == 0) {
            return EnumSet.allOf(Limit.class);
        }
        return EngineReport.limits(new Engine(http, new DockerDialect(spoken, Set.of()), failures));
    }

    private static String success(HttpAnswer answer, Failures failures, String doing) throws ComputeException {
        if (!answer.isSuccess()) {
            throw failures.refused(answer, doing);
        }
        return answer.text();
    }

    private Dialect podman(EngineVersion version) throws ComputeException {
        if (version.isBefore(PodmanDialect.OLDEST)) {
            throw tooOld("Podman " + version, "Podman " + PodmanDialect.OLDEST + " or newer");
        }
        return new PodmanDialect(ProcessLimits.openFiles(), ProcessLimits.processes());
    }

    private EngineVersion common(EngineVersion newest, EngineVersion oldest) throws ComputeException {
        if (newest.isBefore(OLDEST)) {
            throw tooOld("API " + newest, "API " + OLDEST + " or newer, as in Docker 20.10");
        }
        if (NEWEST.isBefore(oldest)) {
            throw new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": API " + oldest + " is too new (expected: an engine that still has API " + NEWEST + ")");
        }
        return newest.isBefore(NEWEST) ? newest : NEWEST;
    }

    private ComputeException tooOld(String found, String expected) {
        return new ComputeException(
                Kind.PRECONDITION, driver + ": " + found + " is too old (expected: " + expected + ")");
    }
}
