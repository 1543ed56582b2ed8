package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.BaselinePaths;
import io.openshell.core.policy.FilesystemPolicy;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.SeenPath;
import io.openshell.supervisor.control.LauncherMessage.SeenPath.Kind;
import io.openshell.supervisor.libc.Errno;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an image's root has, as the launcher saw it before anything else ran there.
 *
 * @param existing those of the baseline's paths that it has
 * @param own its own files and folders, the uppermost of each: what the policy's {@code /} means; empty if it does not say
 *     that
 * @param passwd its {@code /etc/passwd}, as ISO 8859-1; empty if it has none
 * @param group its {@code /etc/group}, likewise
 * @param accounts what the two say
 */
record ImageRoot(Set<String> existing, List<String> own, String passwd, String group, Accounts accounts) {

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(20);
    private static final String MOUNTS = "/proc/self/mountinfo";
    private static final List<String> ACCOUNT_FILES = List.of("/etc/passwd", "/etc/group");

    ImageRoot {
        existing = Set.copyOf(existing);
        own = List.copyOf(own);
    }

    /** Asks the launcher. */
    static ImageRoot look(LauncherConnection launcher, FilesystemPolicy declared) throws IOException, SandboxException {
        List<SeenPath> seen = launcher.look(BaselinePaths.candidates(), ACCOUNT_FILES, LOOK_LIMIT);
        int files = seen.size() - ACCOUNT_FILES.size();
        Set<String> existing = seen.subList(0, files).stream()
                .filter(path -> path.kind() != Kind.NOTHING)
                .map(SeenPath::path)
                .collect(Collectors.toUnmodifiableSet());
        String passwd = content(seen.get(files));
        String group = content(seen.get(files + 1));
        List<String> own =
                declared.readOnly().contains(ImagePaths.ROOT) ? own(launcher, declared, existing) : List.of();
        return new ImageRoot(existing, own, passwd, group, Accounts.ofImage(passwd, group));
    }

    private static List<String> own(LauncherConnection launcher, FilesystemPolicy declared, Set<String> existing)
            throws IOException, SandboxException {
        SeenPath mounts = launcher.look(List.of(), List.of(MOUNTS), LOOK_LIMIT).getFirst();
        if (mounts.errno() != 0) {
            throw new SandboxException(
                    MOUNTS + ": " + Errno.text(mounts.errno()) + " (expected: the container's mounts)", null);
        }
        Set<String> shown = new HashSet<>(existing);
        shown.addAll(declared.readOnly());
        shown.addAll(declared.readWrite());
        ImagePaths paths = ImagePaths.of(mounts.content(), shown);
        List<String> found = new ArrayList<>();
        for (SeenPath seen : launcher.list(paths.opened(), LOOK_LIMIT)) {
            if (seen.errno() != 0) {
                throw new SandboxException(
                        "the image's " + seen.path() + ": "
                                + (seen.errno() == Errno.E2BIG ? "too much in it" : Errno.text(seen.errno()))
                                + " (expected: a folder of at most 256 files and folders; name what the agent needs in"
                                + " filesystem_policy.read_only instead of /)",
                        null);
            }
            found.add(seen.path());
        }
        return paths.own(found);
    }

    private static String content(SeenPath file) throws SandboxException {
        if (file.errno() == 0 || file.errno() == Errno.ENOENT || file.errno() == Errno.ENOTDIR) {
            return file.content();
        }
        throw new SandboxException(
                "the image's " + file.path() + ": " + Errno.text(file.errno())
                        + " (expected: a file of at most 1 MiB, or none)",
                null);
    }
}
