package io.openshell.plugin.local.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.SandboxRequest.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to which file, and what is made of what they say, for the version that a machine may not have. */
final class ControllerTest {

    private static final Resources ASKED = new Resources(100, 64L << 20, 1.5);

    @TempDir
    private Path fakeGroup;

    @Test
    void limits_of_version_2_are_written_and_read_back() throws Exception {
        files("pids.max", "memory.max", "memory.swap.max", "cpu.max");
        GroupFolder group = new GroupFolder(fakeGroup);
        for (Controller controller : Controller.values()) {
            controller.set(group, true, ASKED);
        }

        assertThat(group.read("pids.max")).startsWith("100");
        assertThat(Controller.MEMORY.inForce(group, true)).isEqualTo(new Resources(null, 64L << 20, null));
        assertThat(group.read("memory.swap.max")).isEqualTo("0");
        assertThat(Controller.CPU.inForce(group, true)).isEqualTo(new Resources(null, null, 1.5));
    }

    @Test
    void limits_of_version_1_are_written_and_read_back() throws Exception {
        files(
                "pids.max",
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "cpu.cfs_quota_us",
                "cpu.cfs_period_us");
        GroupFolder group = new GroupFolder(fakeGroup);
        for (Controller controller : Controller.values()) {
            controller.set(group, false, ASKED);
        }

        assertThat(Controller.PIDS.inForce(group, false)).isEqualTo(new Resources(100, null, null));
        assertThat(group.read("memory.memsw.limit_in_bytes")).isEqualTo("67108864");
        assertThat(Controller.CPU.inForce(group, false)).isEqualTo(new Resources(null, null, 1.5));
    }

    @Test
    void what_a_kernel_without_swap_accounting_lacks_is_not_missed() throws Exception {
        files("memory.max");
        GroupFolder group = new GroupFolder(fakeGroup);
        Controller.MEMORY.set(group, true, ASKED);

        assertThat(Controller.MEMORY.inForce(group, true)).isEqualTo(new Resources(null, 64L << 20, null));
    }

    @Test
    void a_limit_that_did_not_take_is_not_in_force() throws Exception {
        GroupFolder group = new GroupFolder(fakeGroup);
        for (String none : List.of("max", "-1", "", "-1 100000", "max 100000", "12x")) {
            Files.writeString(fakeGroup.resolve("pids.max"), none);
            Files.writeString(fakeGroup.resolve("cpu.max"), none);
            assertThatThrownBy(() -> Controller.PIDS.inForce(group, true)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Controller.CPU.inForce(group, true)).isInstanceOf(IOException.class);
        }
        Files.writeString(fakeGroup.resolve("memory.max"), "67108864");
        Files.writeString(fakeGroup.resolve("memory.swap.max"), "max");
        assertThatThrownBy(() -> Controller.MEMORY.inForce(group, true)).hasMessageContaining("swap");
    }

    @Test
    void what_was_reached_is_counted_for_the_limit_of_the_group_only() throws Exception {
        GroupFolder group = new GroupFolder(fakeGroup);
        Files.writeString(fakeGroup.resolve("pids.events"), "max 7\n");
        assertThat(Controller.PIDS.reached(group, true)).isEqualTo(7);

        Files.writeString(
                fakeGroup.resolve("memory.events"), "low 0\nhigh 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 0\n");
        assertThat(Controller.MEMORY.reached(group, true)).isEqualTo(3);
        // The machine ran out of memory, not the group.
        Files.writeString(fakeGroup.resolve("memory.events"), "max 0\noom 0\noom_kill 3\n");
        assertThat(Controller.MEMORY.reached(group, true)).isZero();

        Files.writeString(fakeGroup.resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        Files.writeString(fakeGroup.resolve("memory.limit_in_bytes"), "67108864\n");
        Files.writeString(fakeGroup.resolve("memory.max_usage_in_bytes"), "67000000\n");
        assertThat(Controller.MEMORY.reached(group, false)).isEqualTo(2);
        Files.writeString(fakeGroup.resolve("memory.max_usage_in_bytes"), "1000000\n");
        assertThat(Controller.MEMORY.reached(group, false)).isZero();
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(fakeGroup.resolve(name));
        }
    }
}
