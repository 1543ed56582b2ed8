package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.config.Problem;
import io.openshell.testkit.ContainerEngine;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of every driver, and of both engines, on a real Docker. */
final class DockerDriverTest extends EngineDriverContract {

    @Override
    protected boolean knowsWhyItWasKilled() {
        return true;
    }

    @BeforeAll
    static void startEngine() throws Exception {
        use(EngineLab.shared(ContainerEngine.Kind.DOCKER));
    }

    /** Debian's Docker is older than the interface. */
    @Test
    void devices_are_refused_where_the_engine_has_none() throws Exception {
        SandboxRequest request = request("contract-1").with(List.of(), List.of("nvidia.com/gpu=all"));

        assertThat(driver().validate(request))
                .extracting(Problem::message)
                .containsExactly("gpu: nvidia.com/gpu=all: this engine has no Container Device Interface (expected:"
                        + " Docker 25 or newer with the CDI feature on, or Podman)");
    }

    @Test
    void is_what_the_plugin_offers() {
        assertThat(new DockerPlugin().computeDrivers())
                .extracting(ComputeDriverFactory::name)
                .containsExactly("docker", "podman");
    }
}
