package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that users start from load, and without a warning. */
final class ExamplePoliciesTest {

    private static final Path FOLDER = Path.of("..", "examples");
    private static final InspectorCatalog CATALOG = InspectorCatalog.of(
            List.of(new TestProtocols.Rest(), new TestProtocols.Graphql(), new TestProtocols.Socket()),
            List.of(new FakeSigning()));

    /** The keys of the plugin {@code credential-sigv4}, which tests with the policy that signs. */
    record SigningKeys(String credentialSigning, String signingService) {}

    private static final class FakeSigning implements CredentialRewriterFactory<SigningKeys> {
        @Override
        public String name() {
            return "sigv4";
        }

        @Override
        public Class<SigningKeys> configType() {
            return SigningKeys.class;
        }

        @Override
        public Compilation<CredentialRewriter> create(SigningKeys options) {
            return new Compilation.Compiled<>(new FakeSigner(), List.of());
        }
    }

    private static final class FakeSigner implements CredentialRewriter {
        @Override
        public Set<String> ownFields() {
            return Set.of();
        }

        @Override
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return BodyNeed.NONE;
        }

        @Override
        public Rewrite rewrite(RequestPart part, Vault vault) {
            return new Rewrite.Refused("no signer");
        }
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static Policy load(Path file) throws IOException {
        LoadResult result = new PolicyLoader(CATALOG).load(file);
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
