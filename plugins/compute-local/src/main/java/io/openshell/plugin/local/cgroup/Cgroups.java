package io.openshell.plugin.local.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.compute.Limits;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Makes groups for sandboxes, below this process's own or below one that is above that, so that a sandbox stays under
 * every limit that these have. What can be done is found out by trying. Any thread.
 */
public final class Cgroups {

    private static final String TRIAL = LeftGroups.PREFIX + "trial-";

    /** Small enough for every machine: what cannot be set is not refused for its size. */
    private static final Resources TRIAL_LIMITS = new Resources(64, 64L << 20, 0.5);

    private final Path proc;

    /** @param proc where the process file system is */
    public Cgroups(Path proc) {
        this.proc = proc;
    }

    /**
     * Limits a process and whatever it will start.
     *
     * @param sandboxId names the group
     * @param process a process that has no children yet, and starts none until this returns
     */
    public LimitedGroup limit(String sandboxId, Resources asked, long process) {
        return fulfil(Wish.of(LeftGroups.PREFIX + sandboxId, asked, OptionalLong.of(process)));
    }

    /**
     * The groups that another process has made for a sandbox, with the limits that are in force in them.
     *
     * @param process one that is in them
     */
    public LimitedGroup adopt(String sandboxId, long process) {
        return new AdoptedGroups(
                        LeftGroups.PREFIX + sandboxId,
                        Hierarchies.parse(read("self/mountinfo"), read(process + "/cgroup")))
                .find();
    }

    /** Which limits could be put in force, found out with groups that are gone afterwards. */
    public Limits attempt() {
        return fulfil(Wish.of(TRIAL + UUID.randomUUID(), TRIAL_LIMITS, OptionalLong.empty()))
                .limits();
    }

    private LimitedGroup fulfil(Wish wish) {
        if (wish.controllers().isEmpty()) {
            return LimitedGroup.NONE;
        }
        return new Placing(Hierarchies.parse(read("self/mountinfo"), read("self/cgroup"))).fulfil(wish);
    }

    /** With what is no text, such as a path of some other mount, replaced. */
    private String read(String file) {
        try {
            return new String(Files.readAllBytes(proc.resolve(file)), UTF_8);
        } catch (IOException e) {
            // Nothing is known then, and nothing can be limited.
            return "";
        }
    }
}
