package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With an image the paths of a policy are the image's: of this machine the agent has what is mounted. */
final class ImagesPathsTest {

    private static final int STATUS = 125;
    private static final String[] IMAGE = {"--driver", "docker", "--image", "box"};

    @TempDir
    private Path folder;

    private Path kept;

    @BeforeEach
    void makeFiles() throws IOException {
        folder = folder.toRealPath();
        kept = Files.createDirectory(folder.resolve("kept"));
        Files.writeString(kept.resolve("policy.yaml"), "version: 1\n");
        secretFile("token", "canary-of-a-value");
        secretFile(
                "service.yaml", "version: 1\ncredentials:\n  - {key: A_KEY, from_file: token, bindings: [a.test]}\n");
    }

    @Test
    void a_secret_may_lie_where_an_image_has_something_that_the_agent_sees() throws Exception {
        for (String shown : List.of("/", kept.toString())) {
            Policy policy = policy("read_only: [" + shown + "]");
            try (RunCredentials credentials = credentials(policy, IMAGE)) {
                assertThat(credentials.kept()).hasSize(1);
                assertThat(credentials.seen().readable()).isEmpty();
            }
            assertRefused(policy, "the agent could read it");
        }
    }

    @Test
    void what_is_mounted_into_an_image_is_seen() throws Exception {
        Policy policy = policy("read_only: [/]");
        assertRefused(policy, "the agent could", with("--mount", kept + ":/data:ro"));
        assertRefused(policy, "the agent could", with("--workdir", kept.toString()));
    }

    @Test
    void a_policy_may_be_followed_where_an_image_has_something_that_the_agent_changes() throws Exception {
        Policy policy = policy("read_write: [" + kept + "]");
        assertThat(watched(policy, IMAGE)).isEmpty();
        assertThatThrownBy(() -> watched(policy)).hasMessageContaining("where the agent may write");
        assertThatThrownBy(() -> watched(policy, with("--mount", kept + ":/data")))
                .hasMessageContaining("where the agent may write");
    }

    private void assertRefused(Policy policy, String why, String... options) {
        assertThatThrownBy(() -> credentials(policy, options))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("canary");
    }

    private RunCredentials credentials(Policy policy, String... options) throws CommandFailure {
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of("--credential-file", kept.resolve("service.yaml").toString()));
        return RunCredentials.of(parse(line), policy, new Screen(folder, Map.of()).session(), STATUS);
    }

    /** The paths of this machine besides those that are mounted through which the followed file could be changed. */
    private List<String> watched(Policy policy, String... options) throws CommandFailure {
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of("--policy", kept.resolve("policy.yaml").toString(), "--watch-policy"));
        return WatchedPolicy.of(parse(line), policy, STATUS).orElseThrow().readWrite();
    }

    private static RunOptions parse(List<String> options) throws CommandFailure {
        List<String> line = new ArrayList<>(options);
        line.addAll(List.of("--", "true"));
        return RunOptions.of(
                new CommandLine(new RunCommand().spec()).parseArgs(line.toArray(String[]::new)), Map.of(), STATUS);
    }

    private static String[] with(String... more) {
        List<String> line = new ArrayList<>(List.of(IMAGE));
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    private static Policy policy(String paths) {
        String text = "version: 1\nfilesystem_policy:\n  " + paths + "\n";
        LoadResult result = new PolicyLoader(InspectorCatalog.of(List.of())).load(new PolicySource("test", text));
        return ((LoadResult.Loaded) result).policy();
    }

    private void secretFile(String name, String text) throws IOException {
        Path file = Files.createFile(
                kept.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
