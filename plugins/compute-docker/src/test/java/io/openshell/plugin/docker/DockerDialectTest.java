package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.plugin.docker.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DockerDialectTest {

    @Test
    void limits_are_asked_for_only_where_the_engine_has_them() throws Exception {
        Json all = hostConfig(Set.of(Limit.values()));
        assertThat(all.at("PidsLimit").number()).contains(99L);
        assertThat(all.at("Memory").number()).contains(1L << 26);
        assertThat(all.at("MemorySwap").number()).contains(1L << 26);
        assertThat(all.at("NanoCpus").number()).contains(500_000_000L);

        Json some = hostConfig(Set.of(Limit.PIDS));
        assertThat(some.at("PidsLimit").number()).contains(99L);
        assertThat(some.at("Memory").number()).isEmpty();
        assertThat(some.at("MemorySwap").number()).isEmpty();
        assertThat(some.at("NanoCpus").number()).isEmpty();

        assertThat(hostConfig(Set.of()).at("PidsLimit").number()).isEmpty();
    }

    @Test
    void the_launcher_ends_by_its_own_signal_whatever_the_image_says() throws Exception {
        assertThat(body(Set.of()).at("StopSignal").text()).contains("SIGTERM");
    }

    private static Json hostConfig(Set<Limit> limits) throws Exception {
        return body(limits).at("HostConfig");
    }

    private static Json body(Set<Limit> limits) throws Exception {
        ContainerPlan plan = new ContainerPlan(
                "openshell-x",
                "sha256:" + "0".repeat(64),
                "x",
                List.of(ContainerPlan.LAUNCHER),
                Map.of(),
                Map.of(),
                List.of(),
                false,
                new Resources(99, 1L << 26, 0.5),
                List.of());
        DockerDialect dialect = new DockerDialect(EngineConnection.OLDEST, limits);
        return Json.read(dialect.create(plan, Path.of("")).json());
    }
}
