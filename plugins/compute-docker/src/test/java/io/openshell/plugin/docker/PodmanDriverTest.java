package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;
import org.junit.jupiter.api.BeforeAll;

/** The contract of every driver, and of both engines, on a real Podman. */
final class PodmanDriverTest extends EngineDriverContract {

    @BeforeAll
    static void startEngine() throws Exception {
        use(EngineLab.shared(ContainerEngine.Kind.PODMAN));
    }
}
