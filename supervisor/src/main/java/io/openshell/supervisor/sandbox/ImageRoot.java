package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.BaselinePaths;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.SeenPath;
import io.openshell.supervisor.control.LauncherMessage.SeenPath.Kind;
import io.openshell.supervisor.libc.Errno;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an image's root has, as the launcher saw it before anything else ran there.
 *
 * @param existing those of the baseline's paths that it has
 * @param passwd its {@code /etc/passwd}, as ISO 8859-1; empty if it has none
 * @param group its {@code /etc/group}, likewise
 * @param accounts what the two say
 */
record ImageRoot(Set<String> existing, String passwd, String group, Accounts accounts) {

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(20);
    private static final List<String> ACCOUNT_FILES = List.of("/etc/passwd", "/etc/group");

    ImageRoot {
        existing = Set.copyOf(existing);
    }

    /** Asks the launcher. */
    static ImageRoot look(LauncherConnection launcher) throws IOException, SandboxException {
        List<SeenPath> seen = launcher.look(BaselinePaths.candidates(), ACCOUNT_FILES, LOOK_LIMIT);
        int files = seen.size() - ACCOUNT_FILES.size();
        Set<String> existing = seen.subList(0, files).stream()
                .filter(path -> path.kind() != Kind.NOTHING)
                .map(SeenPath::path)
                .collect(Collectors.toUnmodifiableSet());
        String passwd = content(seen.get(files));
        String group = content(seen.get(files + 1));
        return new ImageRoot(existing, passwd, group, Accounts.ofImage(passwd, group));
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
