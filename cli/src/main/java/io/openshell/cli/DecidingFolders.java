package io.openshell.cli;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which folders decide what a path holds: whoever can write to one of them, or to the file, can change it. Links are followed as
 * the system does, so that every folder on the way counts.
 */
final class DecidingFolders {

    /** As many links as the kernel follows. */
    private static final int MAX_LINKS = 40;

    /** What an agent sees under these names is not this machine's. */
    private static final Set<String> ITS_OWN = Set.of("/tmp", "/sandbox");

    private DecidingFolders() {}

    /**
     * The part of this machine through which an agent could change what a file holds.
     *
     * @param shared folders and files of this machine that it may write to
     * @param readWrite the paths that the policy lets it write to
     * @return empty if there is none
     */
    static Optional<Path> withinReach(Path file, List<Path> shared, List<String> readWrite) throws IOException {
        List<Path> writable = new ArrayList<>();
        for (Path path : Stream.concat(
                        shared.stream(),
                        readWrite.stream()
                                .filter(DecidingFolders::ofThisMachine)
                                .map(Path::of))
                .filter(Files::exists)
                .toList()) {
            writable.add(path.toRealPath());
        }
        return along(file).stream()
                .filter(place -> writable.stream().anyMatch(place::startsWith))
                .findFirst();
    }

    private static boolean ofThisMachine(String path) {
        return !ITS_OWN.contains(path) && !path.startsWith("/sandbox/");
    }

    /** Real folders, and at the end the real file. */
    static List<Path> along(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Deque<Path> names = new ArrayDeque<>();
        absolute.forEach(names::add);
        List<Path> places = new ArrayList<>();
        Path at = absolute.getRoot();
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.pop().toString();
            if (name.equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
            } else if (!name.equals(".") && !name.isEmpty()) {
                places.add(at);
                Path next = at.resolve(name);
                if (!Files.isSymbolicLink(next)) {
                    at = next;
                    continue;
                }
                if (++links > MAX_LINKS) {
                    throw new FileSystemLoopException(file.toString());
                }
                at = followed(next, at, names);
            }
        }
        places.add(at);
        return places;
    }

    /** Puts a link's names in front of what is left, and says where they begin. */
    private static Path followed(Path link, Path folder, Deque<Path> names) throws IOException {
        Path target = Files.readSymbolicLink(link);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            names.push(target.getName(i));
        }
        return target.isAbsolute() ? target.getRoot() : folder;
    }
}
