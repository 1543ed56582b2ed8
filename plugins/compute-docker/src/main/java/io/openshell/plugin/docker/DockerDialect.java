package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.json.Json;
import io.openshell.plugin.docker.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Docker's own interface.
 *
 * @param version the version of it that is spoken
 * @param limits those that may be asked for. Without root and control groups, Docker takes any and says that it holds, and
 *     it does not; one that was not asked for is told as it is
 */
record DockerDialect(EngineVersion version, Set<Limit> limits) implements Dialect {

    private static final long NANOS = 1_000_000_000L;

    DockerDialect {
        limits = Set.copyOf(limits);
    }

    @Override
    public String engine() {
        return "docker";
    }

    @Override
    public String prefix() {
        return "/v" + version;
    }

    @Override
    public HttpRequest image(String reference) {
        return HttpRequest.get(prefix() + "/images/" + reference + "/json");
    }

    @Override
    public ImageFacts facts(Json image) throws IOException {
        return ImageReader.facts(image);
    }

    @Override
    public HttpRequest pull(String reference) {
        return HttpRequest.post(prefix() + "/images/create?fromImage=" + ImageReference.tagged(reference));
    }

    @Override
    public Optional<String> pullError(Json line) throws IOException {
        return line.at("error").text();
    }

    @Override
    public HttpRequest create(ContainerPlan plan, Path profile) {
        return HttpRequest.post(prefix() + "/containers/create?name=" + plan.name(), JsonText.of(body(plan)));
    }

    @Override
    public boolean readsProfileFromFile() {
        return false;
    }

    @Override
    public HttpRequest info() {
        return HttpRequest.get(prefix() + "/info");
    }

    @Override
    public Set<Limit> limits(Json info) throws IOException {
        Set<Limit> limits = EnumSet.noneOf(Limit.class);
        for (Limit limit : Limit.values()) {
            if (info.at(key(limit)).flag()) {
                limits.add(limit);
            }
        }
        return limits;
    }

    private static String key(Limit limit) {
        return switch (limit) {
            case PIDS -> "PidsLimit";
            case MEMORY -> "MemoryLimit";
            case CPU -> "CpuCfsQuota";
        };
    }

    @Override
    public Optional<String> devicesProblem(Json info, List<String> devices) throws IOException {
        return info.at("CDISpecDirs").items().isEmpty()
                ? Optional.of("this engine has no Container Device Interface (expected: Docker 25 or newer with the CDI"
                        + " feature on, or Podman)")
                : Optional.empty();
    }

    private Map<String, Object> body(ContainerPlan plan) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Image", plan.image());
        body.put("Hostname", plan.hostname());
        body.put("User", "0:0");
        body.put("WorkingDir", "/");
        body.put("Entrypoint", plan.command());
        body.put("Cmd", List.of());
        body.put(
                "Env",
                plan.environment().entrySet().stream()
                        .map(it -> it.getKey() + "=" + it.getValue())
                        .toList());
        body.put("Labels", plan.labels());
        body.put("Tty", false);
        body.put("OpenStdin", false);
        // The launcher's, whatever the image would have its own program end by.
        body.put("StopSignal", "SIGTERM");
        body.put("NetworkDisabled", true);
        body.put("Healthcheck", Map.of("Test", List.of("NONE")));
        body.put("HostConfig", hostConfig(plan));
        return body;
    }

    private Map<String, Object> hostConfig(ContainerPlan plan) {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("NetworkMode", "none");
        host.put("IpcMode", "private");
        host.put("Privileged", false);
        host.put("Init", false);
        host.put("AutoRemove", false);
        host.put("RestartPolicy", Map.of("Name", "no"));
        host.put("CapDrop", List.of("ALL"));
        host.put("CapAdd", GivenCapability.names());
        host.put("SecurityOpt", List.of("no-new-privileges:true", "seccomp=" + SeccompProfile.json()));
        host.put("Sysctls", ContainerPlan.SYSCTLS);
        host.put("LogConfig", Map.of("Type", "json-file", "Config", Map.of("max-size", "64k", "max-file", "1")));
        putMounts(host, plan);
        putLimits(host, plan.resources());
        if (!plan.devices().isEmpty()) {
            host.put("DeviceRequests", List.of(Map.of("Driver", "cdi", "DeviceIDs", plan.devices())));
        }
        return host;
    }

    /** Only the older form, {@code Binds}, can give labels; it makes folders that are missing, and these are not. */
    private static void putMounts(Map<String, Object> host, ContainerPlan plan) {
        List<String> binds = new ArrayList<>();
        List<Object> mounts = new ArrayList<>();
        for (Mount mount : plan.mounts()) {
            if (plan.relabel() && ContainerPlan.isOurs(mount)) {
                binds.add(mount.source() + ":" + mount.target() + ":ro,z");
            } else {
                mounts.add(Map.of(
                        "Type", "bind",
                        "Source", mount.source().toString(),
                        "Target", mount.target(),
                        "ReadOnly", mount.readOnly(),
                        "BindOptions", Map.of("Propagation", "rprivate")));
            }
        }
        host.put("Binds", binds);
        host.put("Mounts", mounts);
    }

    private void putLimits(Map<String, Object> host, Resources resources) {
        Integer pids = resources.pids();
        if (pids != null && limits.contains(Limit.PIDS)) {
            host.put("PidsLimit", pids);
        }
        Long memory = resources.memoryBytes();
        if (memory != null && limits.contains(Limit.MEMORY)) {
            host.put("Memory", memory);
            // Together with swap: so there is none.
            host.put("MemorySwap", memory);
        }
        Double cpus = resources.cpus();
        if (cpus != null && limits.contains(Limit.CPU)) {
            host.put("NanoCpus", Math.round(cpus * NANOS));
        }
    }
}
