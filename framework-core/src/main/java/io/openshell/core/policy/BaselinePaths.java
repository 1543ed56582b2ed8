package io.openshell.core.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The paths that programs need to make use of the proxy (libraries, certificates, a place for temporary files), added
 * to what a policy lists. Only what exists is added, and what the policy says of a path stands: a path that it makes
 * read-only stays so.
 */
public final class BaselinePaths {

    private static final List<String> READ_ONLY =
            List.of("/usr", "/lib", "/etc", "/app", "/var/log", "/proc", "/dev/urandom");
    private static final List<String> READ_WRITE = List.of("/sandbox", "/tmp");

    private static final List<String> GPU_MARKS = List.of("/dev/nvidiactl", "/dev/dxg");
    private static final List<String> GPU_READ_ONLY = List.of("/run/nvidia-persistenced", "/usr/lib/wsl");
    private static final List<String> GPU_READ_WRITE =
            List.of("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/dxg");

    /** NVIDIA's character devices have the minor numbers 0 to 254; 255 is the control device. */
    private static final int GPU_DEVICES = 255;

    private static final String PROC = "/proc";

    private BaselinePaths() {}

    /**
     * A policy's paths with the baseline.
     *
     * @param filesystem the paths to use
     * @param added what was not listed before, in the order added, for the event
     */
    public record Enriched(FilesystemPolicy filesystem, List<String> added) {
        public Enriched {
            added = List.copyOf(added);
        }
    }

    /**
     * Adds the baseline. Pure, apart from what {@code exists} does.
     *
     * @param exists whether an absolute path exists in the sandbox's root
     */
    public static Enriched enrich(FilesystemPolicy declared, Predicate<String> exists) {
        boolean gpu = GPU_MARKS.stream().anyMatch(exists);
        Set<String> readOnly = new LinkedHashSet<>(declared.readOnly());
        Set<String> readWrite = new LinkedHashSet<>(declared.readWrite());
        List<String> added = new ArrayList<>();
        if (gpu && exists.test(PROC)) {
            // CUDA writes the names of its threads there; the one promotion of a path that a policy made read-only
            readOnly.remove(PROC);
            if (readWrite.add(PROC)) {
                added.add(PROC);
            }
        }
        Stream<String> writable = gpu ? Stream.concat(READ_WRITE.stream(), gpuDevices()) : READ_WRITE.stream();
        writable.filter(path -> !readOnly.contains(path) && !readWrite.contains(path))
                .filter(exists)
                .forEach(path -> {
                    readWrite.add(path);
                    added.add(path);
                });
        Stream<String> readable = gpu ? Stream.concat(READ_ONLY.stream(), GPU_READ_ONLY.stream()) : READ_ONLY.stream();
        readable.filter(path -> !readOnly.contains(path) && !readWrite.contains(path))
                .filter(exists)
                .forEach(path -> {
                    readOnly.add(path);
                    added.add(path);
                });
        return new Enriched(
                new FilesystemPolicy(declared.includeWorkdir(), List.copyOf(readOnly), List.copyOf(readWrite)), added);
    }

    /** Every path whose existence may be asked for. */
    public static List<String> candidates() {
        return Stream.of(
                        READ_ONLY.stream(),
                        READ_WRITE.stream(),
                        GPU_MARKS.stream(),
                        GPU_READ_ONLY.stream(),
                        gpuDevices())
                .flatMap(paths -> paths)
                .distinct()
                .toList();
    }

    private static Stream<String> gpuDevices() {
        return Stream.concat(
                GPU_READ_WRITE.stream(), IntStream.range(0, GPU_DEVICES).mapToObj(n -> "/dev/nvidia" + n));
    }
}
