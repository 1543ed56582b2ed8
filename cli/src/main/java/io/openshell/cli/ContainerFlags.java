package io.openshell.cli;

import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.supervisor.sandbox.ContainerOptions;
import io.openshell.supervisor.sandbox.RunAs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of {@code run} that are for containers, and who the agent runs as.
 *
 * @param status what to exit with when a value cannot be used
 * @param image whether there is an image
 */
record ContainerFlags(int status, boolean image) {

    private static final String USER = "--user";
    private static final String MOUNT = "--mount";
    private static final String PULL = "--pull";
    private static final String GPU = "--gpu";
    private static final String GPU_DEVICE = "--gpu-device";
    private static final String ALL_GPUS = "all";
    private static final String GPU_KIND = "nvidia.com/gpu=";

    /** Folders of the sandbox's own. */
    private static final List<String> TAKEN =
            List.of("/", "/proc", "/dev", "/sys", "/etc/openshell-tls", "/run/openshell");

    /** Adds the options to a command. */
    static void describe(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("--image")
                        .paramLabel("REF")
                        .type(String.class)
                        .description(
                                "The image to run in, with a driver that has images: its files are the agent's, as far"
                                        + " as the policy declares them; without a policy all of them, to be read.")
                        .build())
                .addOption(OptionSpec.builder(PULL)
                        .paramLabel("WHEN")
                        .type(String.class)
                        .description("When to fetch the image: always, missing (the default) or never.")
                        .build())
                .addOption(OptionSpec.builder(USER)
                        .paramLabel("USER[:GROUP]")
                        .type(String.class)
                        .description(
                                "Whom the agent runs as, by name or number, never root. Default: what the policy says,"
                                        + " else the image.")
                        .build())
                .addOption(OptionSpec.builder(MOUNT)
                        .paramLabel("HOST:PATH[:ro]")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Show a file or folder of this machine at PATH in the container. The policy must declare"
                                        + " PATH too.")
                        .build())
                .addOption(OptionSpec.builder(GPU)
                        .type(boolean.class)
                        .arity("0")
                        .description(
                                "Give the container all GPUs that the engine knows by the Container Device Interface.")
                        .build())
                .addOption(OptionSpec.builder(GPU_DEVICE)
                        .paramLabel("DEVICE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Give it this GPU, by its number, or any device by its name in the Container Device"
                                        + " Interface.")
                        .build());
    }

    ContainerOptions of(ParseResult parsed) throws CommandFailure {
        return new ContainerOptions(
                pull(Optional.ofNullable(parsed.matchedOptionValue(PULL, (String) null))),
                user(Optional.ofNullable(parsed.matchedOptionValue(USER, (String) null))),
                mounts(parsed.matchedOptionValue(MOUNT, List.of())),
                devices(parsed.matchedOptionValue(GPU, false), parsed.matchedOptionValue(GPU_DEVICE, List.of())));
    }

    private PullPolicy pull(Optional<String> word) throws CommandFailure {
        if (word.isEmpty()) {
            return PullPolicy.MISSING;
        }
        requireImage(PULL, word.get());
        return switch (word.get()) {
            case "always" -> PullPolicy.ALWAYS;
            case "missing" -> PullPolicy.MISSING;
            case "never" -> PullPolicy.NEVER;
            default -> throw refused(PULL, word.get(), "always, missing or never");
        };
    }

    private Optional<RunAs> user(Optional<String> text) throws CommandFailure {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RunAs.parse(text.get())
                .orElseThrow(() -> refused(USER, text.get(), "USER[:GROUP], as in 1000:1000 or node")));
    }

    private List<Mount> mounts(List<String> entries) throws CommandFailure {
        List<Mount> mounts = new ArrayList<>();
        for (String entry : entries) {
            requireImage(MOUNT, entry);
            mounts.add(mount(entry));
        }
        return mounts;
    }

    private Mount mount(String entry) throws CommandFailure {
        String[] parts = entry.split(":", -1);
        boolean readOnly = parts.length == 3 && parts[2].equals("ro");
        if (parts.length < 2 || parts.length > 3 || (parts.length == 3 && !readOnly && !parts[2].equals("rw"))) {
            throw refused(MOUNT, entry, "HOST:PATH, or HOST:PATH:ro, as in ./data:/data:ro");
        }
        Path source = Path.of(parts[0]).toAbsolutePath().normalize();
        // A socket or a device of the machine would be a way around the proxy.
        if (parts[0].isEmpty() || !(Files.isDirectory(source) || Files.isRegularFile(source))) {
            throw refused(MOUNT, parts[0], "a file or folder of this machine");
        }
        String target = Path.of("/", parts[1]).normalize().toString();
        if (!target.equals(parts[1]) || TAKEN.contains(target)) {
            throw refused(MOUNT, parts[1], "an absolute path in the container that is not the sandbox's own");
        }
        return new Mount(source, target, readOnly);
    }

    private List<String> devices(boolean all, List<String> named) throws CommandFailure {
        List<String> devices = new ArrayList<>();
        if (all) {
            requireImage(GPU, ALL_GPUS);
            devices.add(GPU_KIND + ALL_GPUS);
        }
        for (String name : named) {
            requireImage(GPU_DEVICE, name);
            if (name.isEmpty()) {
                throw refused(GPU_DEVICE, "empty", "a number, or a name such as nvidia.com/gpu=0");
            }
            devices.add(name.contains("=") ? name : GPU_KIND + name);
        }
        return devices;
    }

    private void requireImage(String option, String value) throws CommandFailure {
        if (!image) {
            throw refused(option, value, "with --image only; without one this machine's own files are shown");
        }
    }

    private CommandFailure refused(String name, String value, String expected) {
        return new CommandFailure(status, name + ": " + value + " (expected: " + expected + ")");
    }
}
