package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that users start from load, and without a warning. */
final class ExamplePoliciesTest {

    private static final Path FOLDER = Path.of("..", "examples");

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static Policy load(Path file) throws IOException {
        LoadResult result = new PolicyLoader(TestProtocols.catalog()).load(file);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        assertThat(loaded.warnings()).isEmpty();
        return loaded.policy();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void loads_without_a_warning(Path file) throws IOException {
        assertThat(load(file).hash()).hasSize(64);
    }

    @Test
    void the_one_that_allows_nothing_has_no_endpoint() throws IOException {
        assertThat(load(FOLDER.resolve("allow-nothing.yaml")).network().rules()).isEmpty();
    }

    @Test
    void the_one_for_github_names_curl_and_git() throws IOException {
        assertThat(load(FOLDER.resolve("github-read.yaml")).exactBinaryPaths())
                .isEqualTo(new TreeSet<>(List.of(
                        "/usr/bin/curl",
                        "/usr/lib/git-core/git-remote-http",
                        "/usr/libexec/git-core/git-remote-http")));
    }
}
