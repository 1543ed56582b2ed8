package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;
import org.junit.jupiter.api.BeforeAll;

/** The contract of every driver, and of both engines, on a real Docker. */
final class DockerDriverTest extends EngineDriverContract {

    @BeforeAll
    static void startEngine() throws Exception {
        use(EngineLab.shared(ContainerEngine.Kind.DOCKER));
    }
}
