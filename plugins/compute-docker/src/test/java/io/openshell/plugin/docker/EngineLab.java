package io.openshell.plugin.docker;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeHost;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import io.openshell.testkit.ContainerEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** An engine with an image that has nothing in it, and drivers of it. */
final class EngineLab {

    static final ComputeDriver.Progress QUIET = step -> {};
    static final String IMAGE = "openshell-test-empty";

    final ContainerEngine engine;
    final ComputeHost host;
    final Path control;

    private EngineLab(ContainerEngine engine, ComputeHost host, Path control) {
        this.engine = engine;
        this.host = host;
        this.control = control;
    }

    /** Of the engine that all tests share. */
    static EngineLab shared(ContainerEngine.Kind kind) throws Exception {
        require(kind);
        return of(ContainerEngine.shared(kind));
    }

    /** Skips the test where there can be no such engine. */
    static void require(ContainerEngine.Kind kind) {
        assumeThat(ContainerEngine.missing(kind)).as("a container engine").isEmpty();
    }

    static EngineLab of(ContainerEngine engine) throws Exception {
        Path root = Files.createTempDirectory("empty-image-");
        Files.createDirectory(root.resolve("etc"));
        engine.importImage(IMAGE, root, "USER 1000:1000", "WORKDIR /work", "ENV A=b");
        return new EngineLab(engine, WaitingLauncher.compile(), Files.createTempDirectory("control-"));
    }

    String name() {
        return engine.kind().name().toLowerCase(Locale.ROOT);
    }

    ComputeDriver newDriver() {
        return new EngineDriver(connection(), host);
    }

    EngineConnection connection() {
        return new EngineConnection(name(), () -> new EngineSocket.At(engine.socket(), "the test"));
    }

    /** Everything that the engine has, past the driver. */
    String containers() throws Exception {
        return engine.curl("GET", "/v1.41/containers/json?all=true");
    }

    /** A request of the empty image by its id. */
    SandboxRequest request(String id) throws Exception {
        try (ComputeDriver driver = newDriver()) {
            return request(id, driver.image(IMAGE, PullPolicy.NEVER, QUIET).id());
        }
    }

    SandboxRequest request(String id, String image) {
        return new SandboxRequest(
                id,
                "contract",
                image,
                control.resolve("control"),
                Map.of("team", "blue"),
                Map.of("LANG", "C"),
                SandboxRequest.Resources.UNLIMITED,
                0,
                0);
    }
}
