package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import io.openshell.plugin.docker.http.HttpAnswer;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.http.UnixHttp;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds the engine and agrees with it on a version, when it is first needed. Any thread. */
final class EngineConnection {

    /** Docker 20.10: the oldest whose limits and namespaces are what is asked for. */
    static final EngineVersion OLDEST = new EngineVersion(1, 41);

    /** Docker 28: the newest that was looked at. */
    static final EngineVersion NEWEST = new EngineVersion(1, 51);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String driver;
    private final Supplier<EngineSocket> search;
    private volatile Optional<Engine> agreed = Optional.empty();

    EngineConnection(String driver, Supplier<EngineSocket> search) {
        this.driver = driver;
        this.search = search;
    }

    /** The engine; one that answered once is taken to be there, and calls find out if it is not. */
    Engine engine() throws ComputeException {
        Optional<Engine> known = agreed;
        if (known.isPresent()) {
            return known.get();
        }
        Engine found = connect();
        agreed = Optional.of(found);
        return found;
    }

    /** Asks again next time, for what comes back may be another version. */
    void forget() {
        agreed = Optional.empty();
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
            if (!ping.isSuccess()) {
                throw failures.refused(ping, "ping");
            }
            Optional<String> podman = ping.field("Libpod-API-Version");
            if (podman.isPresent()) {
                return podman(EngineVersion.parse(podman.get()));
            }
            HttpAnswer version = http.call(HttpRequest.get("/version"), LIMIT);
            if (!version.isSuccess()) {
                throw failures.refused(version, "version");
            }
            return docker(Json.read(version.text()));
        } catch (IOException e) {
            throw failures.unanswered(e, "version");
        }
    }

    private Dialect podman(EngineVersion version) throws ComputeException {
        if (version.isBefore(PodmanDialect.OLDEST)) {
            throw tooOld("Podman " + version, "Podman " + PodmanDialect.OLDEST + " or newer");
        }
        return new PodmanDialect(ProcessLimits.openFiles(), ProcessLimits.processes());
    }

    private Dialect docker(Json version) throws ComputeException, IOException {
        if (driver.equals(EngineDriverFactory.PODMAN)) {
            throw new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": this engine is not Podman (expected: Podman, or --driver docker for Docker)");
        }
        EngineVersion newest = EngineVersion.parse(version.at("ApiVersion").requiredText("ApiVersion"));
        EngineVersion oldest =
                EngineVersion.parse(version.at("MinAPIVersion").text().orElse("1.0"));
        if (newest.isBefore(OLDEST)) {
            throw tooOld("API " + newest, "API " + OLDEST + " or newer, as in Docker 20.10");
        }
        if (NEWEST.isBefore(oldest)) {
            throw new ComputeException(
                    Kind.PRECONDITION,
                    driver + ": API " + oldest + " is too new (expected: an engine that still has API " + NEWEST + ")");
        }
        return new DockerDialect(newest.isBefore(NEWEST) ? newest : NEWEST);
    }

    private ComputeException tooOld(String found, String expected) {
        return new ComputeException(
                Kind.PRECONDITION, driver + ": " + found + " is too old (expected: " + expected + ")");
    }
}
