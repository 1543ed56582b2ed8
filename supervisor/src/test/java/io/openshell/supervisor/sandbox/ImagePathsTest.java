package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What of a container's files is the image's own, whatever is mounted there. */
final class ImagePathsTest {

    private static final List<String> ENGINES = List.of(
            "/", "/proc", "/dev", "/dev/pts", "/sys", "/run/openshell", "/opt/openshell/bin/openshell-launcher");

    private static ImagePaths paths(List<String> mounts, Set<String> shown) {
        return ImagePaths.of(
                Stream.concat(ENGINES.stream(), mounts.stream())
                        .map(place -> "36 35 98:0 /x " + place + " rw,noatime master:1 - ext3 /dev/root rw")
                        .collect(Collectors.joining("\n", "", "\n")),
                shown);
    }

    @Test
    void the_kernels_folders_and_what_the_engine_mounts_are_not_the_images() {
        ImagePaths paths = paths(List.of(), Set.of());

        assertThat(paths.opened()).containsExactly("/", "/opt", "/opt/openshell", "/opt/openshell/bin");
        assertThat(paths.own(List.of(
                        "/bin",
                        "/proc",
                        "/dev",
                        "/sys",
                        "/run",
                        "/opt",
                        "/wget",
                        "/",
                        "/opt/java",
                        "/opt/openshell",
                        "/opt/openshell/bin",
                        "/opt/openshell/bin/openshell-launcher")))
                .containsExactly("/bin", "/wget", "/opt/java");
    }

    @Test
    void a_folder_with_a_mount_in_it_is_taken_apart() {
        ImagePaths paths = paths(List.of("/srv/a/data", "/etc/hosts", "/home/me\\040too"), Set.of("/etc"));

        assertThat(paths.opened())
                .containsExactly("/", "/home", "/opt", "/opt/openshell", "/opt/openshell/bin", "/srv", "/srv/a");
        assertThat(paths.own(List.of("/srv", "/srv/a", "/srv/b", "/srv/a/data", "/srv/a/code", "/home/me too")))
                .containsExactly("/srv/b", "/srv/a/code");
    }

    @Test
    void a_mount_in_the_root_or_within_another_hides_no_more_than_itself() {
        ImagePaths paths = paths(List.of("/data", "/data/deep/er"), Set.of());

        assertThat(paths.opened()).containsExactly("/", "/opt", "/opt/openshell", "/opt/openshell/bin");
        assertThat(paths.own(List.of("/data", "/database"))).containsExactly("/database");
    }
}
