package io.openshell.core.policy;

import java.util.List;

/**
 * Which paths the agent may use; everything else does not exist for it.
 *
 * @param includeWorkdir whether the working directory is writable without being listed
 * @param readOnly absolute, normalised paths, each once
 * @param readWrite absolute, normalised paths, each once
 */
public record FilesystemPolicy(boolean includeWorkdir, List<String> readOnly, List<String> readWrite) {

    /** What a policy without {@code filesystem_policy} means: no path at all. */
    public static final FilesystemPolicy NONE = new FilesystemPolicy(false, List.of(), List.of());

    public FilesystemPolicy {
        readOnly = List.copyOf(readOnly);
        readWrite = List.copyOf(readWrite);
    }
}
