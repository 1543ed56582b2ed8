package io.openshell.plugin.local.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Groups of this machine's kernel, of version 2, whatever controllers it has there. */
@Tag("root")
final class RealGroupsTest {

    @Test
    void a_group_of_version_2_is_joined_kept_while_it_is_in_use_and_swept_afterwards() throws Exception {
        GroupFolder parent = new GroupFolder(own().folder());
        GroupFolder group = new GroupFolder(parent.path().resolve(LeftGroups.PREFIX + "test-" + UUID.randomUUID()));
        group.create();
        Process process = new ProcessBuilder("sleep", "600").start();
        try {
            group.join(process.pid());
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")))
                    .contains(String.valueOf(group.path().getFileName()));
            LeftGroups.sweep(parent);
            assertThat(group.remove()).isFalse();
            assertThat(group.exists()).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        for (int i = 0; i < 200 && group.exists(); i++) {
            LeftGroups.sweep(parent);
            Thread.sleep(5);
        }
        assertThat(group.exists()).isFalse();
        assertThat(group.remove()).isTrue();
    }

    /** The table of memberships leaves version 1 out, so that all is looked for in version 2. */
    @Test
    void a_controller_that_version_2_does_not_have_here_is_reported_and_nothing_is_left() throws Exception {
        OwnGroup own = own();
        assumeThat(new GroupFolder(own.top()).words("cgroup.controllers"))
                .as("controllers of version 2 on a machine that has 'pids' in version 1")
                .doesNotContain("pids");
        String membership = "0::/" + own.top().relativize(own.folder()) + "\n";
        Hierarchies hierarchies = Hierarchies.parse(Files.readString(Path.of("/proc/self/mountinfo")), membership);
        String name = LeftGroups.PREFIX + "test-" + UUID.randomUUID();

        var limits = new Placing(hierarchies)
                .fulfil(Wish.of(name, new Resources(64, null, null), OptionalLong.empty()))
                .limits();

        assertThat(limits.inForce()).isEqualTo(Resources.UNLIMITED);
        assertThat(limits.unmet())
                .singleElement()
                .satisfies(unmet -> assertThat(unmet.reason())
                        .startsWith("the controller 'pids' is offered nowhere from " + own.folder())
                        .endsWith("the number of processes is unlimited"));
        assertThat(own.folder().resolve(name)).doesNotExist();
    }

    private static OwnGroup own() throws Exception {
        var found = Hierarchies.parse(
                        Files.readString(Path.of("/proc/self/mountinfo")),
                        Files.readString(Path.of("/proc/self/cgroup")))
                .secondVersion();
        assumeThat(found).as("control groups of version 2").isNotEmpty();
        assumeThat(Files.isWritable(found.getFirst().folder().resolve("cgroup.procs")))
                .as("control groups of version 2 that can be written to")
                .isTrue();
        return found.getFirst();
    }
}
