package io.openshell.plugin.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** What a path of this machine really is. */
final class MountSource {

    private MountSource() {}

    /** Without links; if it cannot be looked at, as it is written. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /**
     * Whether agents may write to it, as far as its mode says. Root of this machine gives its agents the numbers that they
     * have here. An engine of an ordinary user has other ones for everybody but that user, who is root there.
     *
     * @param engineUser whose the engine is
     */
    static boolean agentsMayWrite(Path path, int engineUser) {
        try {
            return engineUser == 0
                    || (Integer) Files.getAttribute(path, "unix:uid") != engineUser
                    || Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException e) {
            return false;
        }
    }
}
