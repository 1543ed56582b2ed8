package io.openshell.cli.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * A file that decides about secrets or holds one, and is therefore nobody else's.
 *
 * @param what the option or key that names it, for messages
 * @param path as it was named
 */
record GuardedFile(String what, Path path) {

    private static final Integer ROOT = 0;
    private static final Path OURSELVES = Path.of("/proc/self");

    private static final Set<PosixFilePermission> OTHERS_READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /**
     * The content of a file that only its owner may change, and no agent.
     *
     * @param most more bytes than this are not read
     */
    byte[] declaration(AgentPaths agent, int most) throws CredentialRefusedException {
        Path real = usable();
        requireNot(
                OTHERS_WRITE,
                real,
                "a file that only you can change, for it says where secrets go: chmod go-w " + path);
        if (agent.canWrite(real) || agent.canWrite(named())) {
            throw refused("the agent could change it", "a file outside of --workdir and the policy's read_write paths");
        }
        return content(real, most);
    }

    /**
     * The content of a file that only its owner may read or change, and that no agent sees.
     *
     * @param most more bytes than this are not read
     */
    byte[] secret(AgentPaths agent, int most) throws CredentialRefusedException {
        Path real = usable();
        requireNot(OTHERS_READ, real, "a file that only you can read, for it holds a secret: chmod 600 " + path);
        requireNot(OTHERS_WRITE, real, "a file that only you can change, for it holds a secret: chmod 600 " + path);
        if (agent.canRead(real) || agent.canWrite(named())) {
            throw refused(
                    "the agent could read it",
                    "a file outside of --workdir, of mounts, and of what a policy shows of this machine");
        }
        return content(real, most);
    }

    /** Where it is named, which may be a link that leads elsewhere tomorrow. */
    private Path named() {
        Path absolute = path.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return parent == null ? absolute : AgentPaths.real(parent).resolve(absolute.getFileName());
    }

    private Path usable() throws CredentialRefusedException {
        try {
            Path real = path.toRealPath();
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw refused("not a regular file", "a file");
            }
            Object owner = Files.getAttribute(real, "unix:uid");
            if (!owner.equals(Files.getAttribute(OURSELVES, "unix:uid")) && !owner.equals(ROOT)) {
                throw refused("of another user", "a file of yours or of root's");
            }
            return real;
        } catch (NoSuchFileException e) {
            throw refused("not there", "a file");
        } catch (IOException e) {
            throw refused("cannot be read", "a file that you can read");
        }
    }

    private void requireNot(Set<PosixFilePermission> bad, Path real, String expected)
            throws CredentialRefusedException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(real);
            if (permissions.stream().anyMatch(bad::contains)) {
                throw refused(PosixFilePermissions.toString(permissions), expected);
            }
        } catch (IOException e) {
            throw refused("cannot be read", "a file that you can read");
        }
    }

    private byte[] content(Path real, int most) throws CredentialRefusedException {
        byte[] buffer = new byte[most + 1];
        try (InputStream in = Files.newInputStream(real)) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            if (length > most) {
                throw refused("longer than " + most + " bytes", "at most so many");
            }
            return Arrays.copyOf(buffer, length);
        } catch (IOException e) {
            throw refused("cannot be read", "a file that you can read");
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
    }

    private CredentialRefusedException refused(String problem, String expected) {
        return new CredentialRefusedException(what + ": " + path + ": " + problem + " (expected: " + expected + ")");
    }
}
