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
 * Podman's own interface where it says what Docker's cannot, or says it differently: names of images, where a profile is,
 * limits of descriptors, devices.
 *
 * @param openFiles the number of descriptors that a process may have
 * @param processes the number of processes that a user may have
 */
record PodmanDialect(long openFiles, long processes) implements Dialect {

    /** The oldest that has all of it; newer ones go on speaking it. */
    static final EngineVersion OLDEST = new EngineVersion(4, 0);

    private static final String PREFIX = "/v4.0.0/libpod";
    private static final long PERIOD_MICROS = 100_000;

    /** Podman takes signals by their numbers. */
    private static final int TERMINATE = 15;

    @Override
    public String engine() {
        return "podman";
    }

    @Override
    public String prefix() {
        return "/v1.41";
    }

    @Override
    public HttpRequest image(String reference) {
        return HttpRequest.get(PREFIX + "/images/" + reference + "/json");
    }

    @Override
    public ImageFacts facts(Json image) throws IOException {
        return ImageReader.facts(image);
    }

    @Override
    public HttpRequest pull(String reference) {
        return HttpRequest.post(PREFIX + "/images/pull?policy=always&reference=" + ImageReference.tagged(reference));
    }

    @Override
    public Optional<String> pullError(Json line) throws IOException {
        return line.at("error").text();
    }

    @Override
    public HttpRequest create(ContainerPlan plan, Path profile) {
        return HttpRequest.post(PREFIX + "/containers/create", JsonText.of(body(plan, profile)));
    }

    @Override
    public boolean readsProfileFromFile() {
        return true;
    }

    @Override
    public HttpRequest info() {
        return HttpRequest.get(PREFIX + "/info");
    }

    /** Docker's form of the question is always answered with yes; this names the controllers that it has been given. */
    @Override
    public Set<Limit> limits(Json info) throws IOException {
        Set<Limit> limits = EnumSet.noneOf(Limit.class);
        for (Json controller : info.at("host").at("cgroupControllers").items()) {
            switch (controller.text().orElse("")) {
                case "pids" -> limits.add(Limit.PIDS);
                case "memory" -> limits.add(Limit.MEMORY);
                case "cpu" -> limits.add(Limit.CPU);
                default -> {
                    // No limit of ours.
                }
            }
        }
        return limits;
    }

    @Override
    public Optional<String> devicesProblem(Json info, List<String> devices) {
        return Optional.empty();
    }

    private Map<String, Object> body(ContainerPlan plan, Path profile) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", plan.name());
        body.put("image", plan.image());
        body.put("hostname", plan.hostname());
        body.put("user", "0:0");
        body.put("work_dir", "/");
        body.put("entrypoint", plan.command());
        body.put("command", List.of());
        body.put("env", plan.environment());
        body.put("labels", plan.labels());
        body.put("terminal", false);
        body.put("stdin", false);
        body.put("netns", Map.of("nsmode", "none"));
        body.put("ipcns", Map.of("nsmode", "private"));
        body.put("privileged", false);
        body.put("init", false);
        body.put("remove", false);
        body.put("restart_policy", "no");
        // The launcher's, whatever the image would have its own program end by.
        body.put("stop_signal", TERMINATE);
        // Removing one waits so long for its end; the default is ten seconds.
        body.put("stop_timeout", 1);
        body.put("cap_drop", List.of("ALL"));
        body.put("cap_add", GivenCapability.names());
        body.put("no_new_privileges", true);
        body.put("seccomp_profile_path", profile.toString());
        body.put("sysctl", ContainerPlan.SYSCTLS);
        body.put("healthconfig", Map.of("Test", List.of("NONE")));
        body.put("log_configuration", Map.of("driver", "k8s-file", "size", 64 << 10));
        body.put("r_limits", List.of(rlimit("nofile", openFiles), rlimit("nproc", processes)));
        body.put("mounts", mounts(plan));
        body.put("resource_limits", limits(plan.resources()));
        if (!plan.devices().isEmpty()) {
            body.put(
                    "devices",
                    plan.devices().stream().map(name -> Map.of("path", name)).toList());
        }
        return body;
    }

    private static Map<String, Object> rlimit(String type, long value) {
        return Map.of("type", type, "soft", value, "hard", value);
    }

    private static List<Object> mounts(ContainerPlan plan) {
        List<Object> mounts = new ArrayList<>();
        for (Mount mount : plan.mounts()) {
            List<String> options = new ArrayList<>(List.of("rbind", mount.readOnly() ? "ro" : "rw", "rprivate"));
            if (plan.relabel() && ContainerPlan.isOurs(mount)) {
                options.add("z");
            }
            mounts.add(Map.of(
                    "type",
                    "bind",
                    "source",
                    mount.source().toString(),
                    "destination",
                    mount.target(),
                    "options",
                    options));
        }
        return mounts;
    }

    private static Map<String, Object> limits(Resources resources) {
        Map<String, Object> limits = new LinkedHashMap<>();
        Integer pids = resources.pids();
        if (pids != null) {
            limits.put("pids", Map.of("limit", pids));
        }
        Long memory = resources.memoryBytes();
        if (memory != null) {
            // Together with swap: so there is none.
            limits.put("memory", Map.of("limit", memory, "swap", memory));
        }
        Double cpus = resources.cpus();
        if (cpus != null) {
            limits.put("cpu", Map.of("quota", Math.round(cpus * PERIOD_MICROS), "period", PERIOD_MICROS));
        }
        return limits;
    }
}
