package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.testkit.ContainerEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of every driver, and of both engines, on a real Podman. */
final class PodmanDriverTest extends EngineDriverContract {

    /** Version 4.3 does not, with version 1 of control groups. */
    @Override
    protected boolean knowsWhyItWasKilled() {
        return false;
    }

    @BeforeAll
    static void startEngine() throws Exception {
        use(EngineLab.shared(ContainerEngine.Kind.PODMAN));
    }

    @Test
    void gives_devices_of_the_container_device_interface() throws Exception {
        Path specs = Files.createDirectories(Path.of("/var/run/cdi"));
        Path spec = specs.resolve("openshell-test.json");
        Files.writeString(
                spec,
                "{\"cdiVersion\":\"0.3.0\",\"kind\":\"openshell.test/device\",\"devices\":[{\"name\":\"one\",\"containerEdits\":"
                        + "{\"env\":[\"GIVEN=device\"]}}]}");
        try {
            SandboxRequest request = request("contract-1").with(List.of(), List.of("openshell.test/device=one"));
            assertThat(driver().validate(request)).isEmpty();
            Workload workload = driver().create(request, EngineLab.QUIET);
            String pid = lab().engine
                    .curl("GET", "/v1.41/containers/" + workload.instance() + "/json")
                    .replaceFirst("(?s).*\"Pid\":([0-9]+).*", "$1");
            assertThat(Files.readString(Path.of("/proc/" + pid + "/environ"))).contains("GIVEN=device");
        } finally {
            Files.delete(spec);
        }
    }

    @Test
    void a_device_that_it_does_not_have_is_refused_and_leaves_nothing() throws Exception {
        SandboxRequest request = request("contract-1").with(List.of(), List.of("openshell.test/device=none"));

        assertThatThrownBy(() -> driver().create(request, EngineLab.QUIET))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.PRECONDITION))
                .hasMessageContaining("openshell.test/device=none")
                .hasMessageContaining("(expected: a device of the Container Device Interface;");
        assertThat(driver().list()).isEmpty();
        assertThat(lab().containers()).doesNotContain("contract-1");
    }
}
