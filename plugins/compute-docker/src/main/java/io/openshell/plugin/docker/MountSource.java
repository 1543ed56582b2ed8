package io.openshell.plugin.docker;

import java.io.IOException;
import java.nio.file.Path;

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
}
