package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BaselinePathsTest {

    private static final FilesystemPolicy NOTHING = new FilesystemPolicy(true, List.of(), List.of());

    @Test
    void adds_everything_that_exists() {
        BaselinePaths.Enriched enriched =
                BaselinePaths.enrich(NOTHING, path -> !path.startsWith("/dev/nvidia") && !path.equals("/dev/dxg"));

        assertThat(enriched.filesystem())
                .isEqualTo(new FilesystemPolicy(
                        true,
                        List.of("/usr", "/lib", "/etc", "/app", "/var/log", "/proc", "/dev/urandom"),
                        List.of("/sandbox", "/tmp")));
        assertThat(enriched.added())
                .containsExactly(
                        "/sandbox", "/tmp", "/usr", "/lib", "/etc", "/app", "/var/log", "/proc", "/dev/urandom");
    }

    @Test
    void adds_nothing_that_does_not_exist() {
        BaselinePaths.Enriched enriched = BaselinePaths.enrich(NOTHING, Set.of("/usr", "/tmp")::contains);

        assertThat(enriched.filesystem()).isEqualTo(new FilesystemPolicy(true, List.of("/usr"), List.of("/tmp")));
        assertThat(enriched.added()).containsExactly("/tmp", "/usr");
    }

    @Test
    void keeps_what_a_policy_lists_whether_it_exists_or_not() {
        FilesystemPolicy declared = new FilesystemPolicy(false, List.of("/srv/data"), List.of("/srv/out"));

        assertThat(BaselinePaths.enrich(declared, path -> false).filesystem()).isEqualTo(declared);
    }

    @Test
    void a_path_that_a_policy_makes_read_only_stays_so() {
        FilesystemPolicy declared = new FilesystemPolicy(false, List.of("/tmp", "/sandbox"), List.of());

        BaselinePaths.Enriched enriched = BaselinePaths.enrich(declared, Set.of("/tmp", "/sandbox")::contains);

        assertThat(enriched.filesystem()).isEqualTo(declared);
        assertThat(enriched.added()).isEmpty();
    }

    @Test
    void a_path_that_a_policy_lets_be_written_is_not_listed_twice() {
        FilesystemPolicy declared = new FilesystemPolicy(false, List.of(), List.of("/etc", "/tmp"));

        BaselinePaths.Enriched enriched = BaselinePaths.enrich(declared, Set.of("/etc", "/tmp")::contains);

        assertThat(enriched.filesystem()).isEqualTo(declared);
    }

    @Test
    void with_a_gpu_its_devices_are_added_and_proc_may_be_written() {
        Set<String> existing = Set.of(
                "/proc",
                "/tmp",
                "/usr",
                "/dev/nvidiactl",
                "/dev/nvidia-uvm",
                "/dev/nvidia0",
                "/dev/nvidia17",
                "/run/nvidia-persistenced");
        FilesystemPolicy declared = new FilesystemPolicy(false, List.of("/usr", "/proc"), List.of());

        BaselinePaths.Enriched enriched = BaselinePaths.enrich(declared, existing::contains);

        assertThat(enriched.filesystem().readOnly()).containsExactly("/usr", "/run/nvidia-persistenced");
        assertThat(enriched.filesystem().readWrite())
                .containsExactly("/proc", "/tmp", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia0", "/dev/nvidia17");
        assertThat(enriched.added()).first().isEqualTo("/proc");
    }

    @Test
    void the_gpu_of_a_windows_host_is_one_too() {
        Set<String> existing = new HashSet<>(Set.of("/dev/dxg", "/usr/lib/wsl"));

        BaselinePaths.Enriched enriched = BaselinePaths.enrich(NOTHING, existing::contains);

        assertThat(enriched.filesystem().readOnly()).containsExactly("/usr/lib/wsl");
        assertThat(enriched.filesystem().readWrite()).containsExactly("/dev/dxg");
    }

    @Test
    void without_a_gpu_its_other_files_are_left_alone() {
        BaselinePaths.Enriched enriched =
                BaselinePaths.enrich(NOTHING, Set.of("/dev/nvidia0", "/usr/lib/wsl", "/proc")::contains);

        assertThat(enriched.filesystem()).isEqualTo(new FilesystemPolicy(true, List.of("/proc"), List.of()));
    }

    @Test
    void doing_it_twice_changes_nothing_more() {
        FilesystemPolicy once = BaselinePaths.enrich(NOTHING, path -> true).filesystem();

        BaselinePaths.Enriched twice = BaselinePaths.enrich(once, path -> true);

        assertThat(twice.filesystem()).isEqualTo(once);
        assertThat(twice.added()).isEmpty();
    }
}
