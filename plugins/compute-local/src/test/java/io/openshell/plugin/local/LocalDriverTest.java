package io.openshell.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.compute.Workload;
import io.openshell.api.config.Problem;
import io.openshell.plugin.local.cgroup.Cgroups;
import io.openshell.testkit.contract.ComputeDriverContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of every driver, and what is this one's own. */
final class LocalDriverTest extends ComputeDriverContract {

    private static final ComputeDriver.Progress QUIET = step -> {};

    @Override
    protected ComputeDriver newDriver() {
        return new LocalDriver(new SleepingHost(), new KernelCheck(Path.of("/proc")), new Cgroups(Path.of("/proc")));
    }

    @Override
    protected SandboxRequest request(String id) {
        return request(id, null, Resources.UNLIMITED, 998);
    }

    @Override
    protected SandboxRequest impossibleRequest(String id) {
        return request(id, "debian:12", Resources.UNLIMITED, 998);
    }

    @Test
    void is_what_the_plugin_offers_as_local() {
        assertThat(new LocalPlugin().computeDrivers())
                .singleElement()
                .satisfies(factory -> assertThat(factory.name()).isEqualTo("local"));
    }

    @Test
    void refuses_root() {
        assertThat(driver().validate(request("a", null, Resources.UNLIMITED, 0)))
                .hasSize(1);
    }

    @Test
    void refuses_mounts_and_devices() {
        SandboxRequest request = request("a")
                .with(List.of(new SandboxRequest.Mount(Path.of("/srv"), "/srv", true)), List.of("nvidia.com/gpu=all"));

        assertThat(driver().validate(request))
                .extracting(Problem::message)
                .containsExactly(
                        "mount: /srv (expected: none; the policy says which of this machine's files are shown)",
                        "gpu: nvidia.com/gpu=all (expected: none; needs docker or podman)");
    }

    @Test
    void has_no_images() {
        assertThatThrownBy(() -> driver().image("debian:12", PullPolicy.ALWAYS, QUIET))
                .hasMessage("image: debian:12 (expected: none; this platform shows this machine's own files)");
    }

    @Test
    void a_launcher_that_ends_by_itself_is_gone() throws Exception {
        Workload workload = driver().create(request("contract-1"), QUIET);
        ProcessHandle launcher =
                ProcessHandle.of(Long.parseLong(workload.instance())).orElseThrow();
        launcher.destroyForcibly();
        launcher.onExit().get();
        for (int i = 0; i < 100 && !driver().list().isEmpty(); i++) {
            Thread.sleep(Duration.ofMillis(20));
        }
        assertThat(driver().find("contract-1")).isEmpty();
    }

    @Test
    void a_deleted_workloads_process_is_gone() throws Exception {
        Workload workload = driver().create(request("contract-1"), QUIET);
        driver().delete("contract-1");
        assertThat(ProcessHandle.of(Long.parseLong(workload.instance())).filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private static SandboxRequest request(String id, @Nullable String image, Resources resources, int user) {
        return new SandboxRequest(id, id, image, Path.of("/run/none"), Map.of(), Map.of(), resources, user, 997);
    }
}
