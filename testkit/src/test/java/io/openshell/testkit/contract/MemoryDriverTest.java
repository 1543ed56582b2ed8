package io.openshell.testkit.contract;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

class MemoryDriverTest extends ComputeDriverContract {

    private final Map<String, Workload> platform = new ConcurrentSkipListMap<>();

    @Override
    protected ComputeDriver newDriver() {
        return new MemoryDriver(MemoryDriver.Fault.NONE, platform);
    }

    @Override
    protected SandboxRequest request(String id) {
        return of(id, "debian");
    }

    @Override
    protected SandboxRequest impossibleRequest(String id) {
        return of(id, null);
    }

    static SandboxRequest of(String id, @Nullable String image) {
        return new SandboxRequest(
                id,
                id,
                image,
                Path.of("/run/control"),
                Map.of(),
                Map.of(),
                SandboxRequest.Resources.UNLIMITED,
                1000,
                1000);
    }
}
