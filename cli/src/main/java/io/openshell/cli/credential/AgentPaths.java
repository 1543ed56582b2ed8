package io.openshell.cli.credential;

import io.openshell.core.policy.BaselinePaths;
import io.openshell.core.policy.FilesystemPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of this machine's paths an agent sees, so that no secret is read from one.
 *
 * @param readable all that it sees
 * @param writable those of them that it may change
 */
public record AgentPaths(List<Path> readable, List<Path> writable) {

    /** What a sandbox has of its own under these names, whatever this machine has. */
    private static final Set<String> OWN = Set.of("/sandbox", "/tmp");

    /** No agent sees anything. */
    public static final AgentPaths NONE = new AgentPaths(List.of(), List.of());

    public AgentPaths {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
    }

    /**
     * Those of a policy.
     *
     * @param shown folders and files of this machine that it sees besides: its working folder, mounts
     */
    public static AgentPaths of(FilesystemPolicy policy, List<Path> shown) {
        FilesystemPolicy paths = BaselinePaths.enrich(policy, path -> Files.exists(Path.of(path)))
                .filesystem();
        List<Path> writable = Stream.concat(
                        shown.stream(),
                        paths.readWrite().stream()
                                .filter(path -> !OWN.contains(path))
                                .map(Path::of))
                .map(AgentPaths::real)
                .toList();
        List<Path> readable = Stream.concat(
                        writable.stream(),
                        paths.readOnly().stream()
                                .filter(path -> !OWN.contains(path))
                                .map(Path::of)
                                .map(AgentPaths::real))
                .toList();
        return new AgentPaths(readable, writable);
    }

    /**
     * Those of an agent whose root is an image's: the policy's paths are the image's then.
     *
     * @param shown folders and files of this machine that it sees all the same: its working folder, mounts
     */
    public static AgentPaths ofImage(List<Path> shown) {
        List<Path> real = shown.stream().map(AgentPaths::real).toList();
        return new AgentPaths(real, real);
    }

    /**
     * These and others.
     *
     * @param alsoReadable without links
     * @param alsoWritable without links
     */
    public AgentPaths with(List<Path> alsoReadable, List<Path> alsoWritable) {
        return new AgentPaths(joined(readable, alsoReadable), joined(writable, alsoWritable));
    }

    private static List<Path> joined(List<Path> some, List<Path> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    /** Whether the agent sees this file, whose path has no links. */
    boolean canRead(Path real) {
        return readable.stream().anyMatch(real::startsWith);
    }

    /** Whether the agent may change this file, whose path has no links. */
    boolean canWrite(Path real) {
        return writable.stream().anyMatch(real::startsWith);
    }

    /** Without links, as far as it exists. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}
