package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By whom a policy's file could be changed. */
final class DecidingFoldersTest {

    @TempDir
    private Path folder;

    private Path safe;
    private Path work;
    private Path file;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = folder.toRealPath();
        safe = Files.createDirectory(folder.resolve("safe"));
        work = Files.createDirectory(folder.resolve("work"));
        file = Files.writeString(safe.resolve("policy.yaml"), "version: 1\n");
    }

    @Test
    void a_file_beside_the_agents_folders_is_out_of_reach() throws IOException {
        assertThat(DecidingFolders.withinReach(file, List.of(work), List.of("/tmp", "/sandbox", "/dev/null")))
                .isEmpty();
        assertThat(DecidingFolders.withinReach(file, List.of(), List.of(work.toString(), "/not/there")))
                .isEmpty();
    }

    @Test
    void a_file_in_the_folder_that_the_agent_works_in_is_within_reach() throws IOException {
        assertThat(DecidingFolders.withinReach(file, List.of(safe), List.of())).contains(safe);
        assertThat(DecidingFolders.withinReach(file, List.of(folder), List.of()))
                .contains(folder);
    }

    @Test
    void a_file_that_the_policy_lets_the_agent_write_is_within_reach() throws IOException {
        assertThat(DecidingFolders.withinReach(file, List.of(), List.of(safe.toString())))
                .contains(safe);
        assertThat(DecidingFolders.withinReach(file, List.of(), List.of(file.toString())))
                .contains(file);
    }

    @Test
    void a_link_that_the_agent_could_change_is_within_reach_wherever_it_leads() throws IOException {
        Path link = Files.createSymbolicLink(work.resolve("policy.yaml"), file);
        Path outer = Files.createSymbolicLink(safe.resolve("outer.yaml"), Path.of("../work/policy.yaml"));

        assertThat(DecidingFolders.withinReach(link, List.of(work), List.of())).contains(work);
        assertThat(DecidingFolders.withinReach(outer, List.of(work), List.of())).contains(work);
    }

    @Test
    void a_folder_that_is_a_link_into_the_agents_folder_is_within_reach() throws IOException {
        Files.writeString(Files.createDirectory(work.resolve("inner")).resolve("policy.yaml"), "version: 1\n");
        Path linked = Files.createSymbolicLink(safe.resolve("linked"), work.resolve("inner"));

        assertThat(DecidingFolders.withinReach(linked.resolve("policy.yaml"), List.of(work), List.of()))
                .contains(work);
    }

    @Test
    void a_writable_path_that_is_a_link_stands_for_where_it_leads() throws IOException {
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), safe);

        assertThat(DecidingFolders.withinReach(file, List.of(), List.of(linked.toString())))
                .contains(safe);
    }

    @Test
    void a_config_maps_links_are_followed() throws IOException {
        Path data = Files.createDirectory(safe.resolve("..2026"));
        Files.writeString(data.resolve("policy"), "version: 1\n");
        Files.createSymbolicLink(safe.resolve("..data"), Path.of("..2026"));
        Path link = Files.createSymbolicLink(safe.resolve("policy"), Path.of("..data/policy"));

        assertThat(DecidingFolders.along(link)).endsWith(data.resolve("policy")).contains(safe, data, folder);
    }

    @Test
    void links_in_a_circle_are_an_error() throws IOException {
        Path a = safe.resolve("a");
        Files.createSymbolicLink(a, Files.createSymbolicLink(safe.resolve("b"), a));

        assertThatThrownBy(() -> DecidingFolders.along(a)).isInstanceOf(FileSystemLoopException.class);
    }
}
