package io.openshell.plugin.local.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Groups that outlasted whoever made them, because they were killed. The kernel removes no group that has a process in it,
 * so nothing that is in use is lost; whoever has just made one and has put nothing in yet makes it again.
 */
final class LeftGroups {

    /** What the name of every group of ours begins with. */
    static final String PREFIX = "openshell-";

    private LeftGroups() {}

    /** Removes the empty ones below a group. */
    static void sweep(GroupFolder parent) {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent.path(), PREFIX + "*")) {
            groups.forEach(group -> new GroupFolder(group).remove());
        } catch (IOException e) {
            // What cannot be looked into cannot be swept; making a group there will say why.
            return;
        }
    }
}
