package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.cli.credential.AgentPaths;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.KeptState.KeptCredential;
import io.openshell.supervisor.control.KeptState.SeenPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read again for a sandbox that is taken over is out of its agent's sight still. */
class ResumedCredentialsTest {

    @TempDir
    private Path folder;

    @Test
    void a_file_that_came_to_where_the_agent_sees_it_since_the_first_run_is_refused() throws Exception {
        Path workdir = Files.createDirectory(folder.resolve("workdir"));
        Path secret = secret(workdir.resolve("secret"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), secret);

        for (Path file : List.of(secret, link)) {
            for (List<Path> writable : List.of(List.of(workdir), List.<Path>of())) {
                assertThatThrownBy(() -> again(file, List.of(workdir), writable))
                        .isInstanceOf(CommandFailure.class)
                        .hasMessageContaining("the agent could read it")
                        .hasMessageContaining("box waits for the next 'resume'")
                        .hasMessageNotContaining("canary");
            }
            try (RunCredentials elsewhere = again(file, List.of(folder.resolve("other")), List.of())) {
                assertThat(elsewhere.kept()).hasSize(1);
            }
        }
    }

    @Test
    void what_the_first_run_accepted_is_accepted_again() throws Exception {
        Path shown = Files.createDirectory(folder.resolve("shown"));
        Path link = Files.createSymbolicLink(shown.resolve("link"), secret(folder.resolve("secret")));

        try (RunCredentials again = again(link, List.of(shown), List.of())) {
            assertThat(again.kept()).hasSize(1);
            assertThat(again.seen().readable()).contains(shown.toString());
            assertThat(again.seen().writable()).doesNotContain(shown.toString());
        }
        assertThatThrownBy(() -> again(link, List.of(shown), List.of(shown)))
                .as("a link that the agent could change")
                .isInstanceOf(CommandFailure.class);
    }

    private static Path secret(Path file) throws Exception {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "canary-of-a-value");
    }

    private RunCredentials again(Path file, List<Path> readable, List<Path> writable) throws CommandFailure {
        CallerFacts caller = new CallerFacts(
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(new KeptCredential("A_KEY", true, file.toString(), List.of("a.test"), 0)),
                new SeenPaths(texts(readable), texts(writable)));
        return RunCredentials.again("box", caller, AgentPaths.NONE, new Screen(folder, Map.of()).session(), 125);
    }

    private static List<String> texts(List<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }
}
