package io.openshell.supervisor.identity;

import io.openshell.supervisor.control.LauncherMessage.Executable;

/** What changes when a file's content does: as long as it is the same, nobody needs to read the file again. */
record Fingerprint(long device, long inode, long size, long modifiedNanos, long changedNanos) {

    static Fingerprint of(Executable executable) {
        return new Fingerprint(
                executable.device(),
                executable.inode(),
                executable.size(),
                executable.modifiedNanos(),
                executable.changedNanos());
    }
}
