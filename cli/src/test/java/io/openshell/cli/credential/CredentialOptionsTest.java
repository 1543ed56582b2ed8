package io.openshell.cli.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialOptionsTest {

    @TempDir
    private Path home;

    private AgentPaths agent = AgentPaths.NONE;

    @Test
    void a_key_with_several_bindings_is_one_credential() throws Exception {
        List<Provider> providers = bound("A@api.example.com", "B@b.example.com:8443/v1/**", "A@*.example.org")
                .providers(directory());

        assertThat(providers).singleElement().satisfies(provider -> {
            assertThat(provider.credentials())
                    .extracting(ProvidedCredential::key)
                    .containsExactly("A", "B");
            assertThat(provider.credentials().getFirst().bindings())
                    .extracting(Object::toString)
                    .containsExactly("api.example.com", "*.example.org");
        });
    }

    /** What may have the value where the key belongs, or after it. */
    @ParameterizedTest
    @ValueSource(strings = {"canary", "A=canary", "A=canary@api.example.com", "sk-canary@api.example.com", "@a.b", ""})
    void what_is_no_credential_is_refused_without_showing_it(String text) {
        assertThat(refused(bound(text))).hasMessageContaining("KEY@HOST").hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A@", "A@host:0", "A@host:x", "A@https://host/", "A@*", "A@h/[", "A@*.com"})
    void a_destination_that_is_none_is_refused_with_its_key(String text) {
        assertThat(refused(bound(text))).hasMessageStartingWith("--credential: A@: ");
    }

    @Test
    void more_than_32_keys_are_refused() {
        String[] many =
                IntStream.range(0, 33).mapToObj(i -> "K" + i + "@a.example.com").toArray(String[]::new);
        assertThat(refused(bound(many))).hasMessageContaining("33 keys (expected: at most 32");
    }

    @Test
    void providers_are_built_in_or_the_users_own_which_win_or_files() throws Exception {
        own("gitlab", "version: 1\ncredentials: [{key: GITLAB_TOKEN, bindings: [gitlab.example.com]}]\n");
        Path mine = own("mine", "version: 1\ncredentials: [{key: MINE, bindings: [mine.example.com]}]\n");

        List<Provider> providers =
                named("gh", "gitlab", "mine", mine.toString()).providers(directory());

        assertThat(providers).extracting(Provider::name).containsExactly("github", "gitlab", "mine", "mine");
        assertThat(providers.get(1).credentials().getFirst().bindings()).hasToString("[gitlab.example.com]");
        assertThat(directory().all())
                .extracting(Provider::name)
                .hasSize(12)
                .contains("mine", "outlook")
                .isSorted();
    }

    @Test
    void says_what_is_wrong_with_all_at_once() throws Exception {
        Path broken = own("broken", "version: 1\ncredentials: [{key: A}]\n");

        assertThat(refused(new CredentialOptions(
                        List.of("A@"), List.of(broken, home.resolve("none")), List.of("githup", "generic", "Ä"))))
                .hasMessageContainingAll(
                        "--credential: A@: ",
                        broken + ":2:",
                        "bindings: missing",
                        "--credential-file: " + home.resolve("none") + ": not there (expected: a file)",
                        "--provider: githup: no such provider (did you mean 'github'?)",
                        "--provider: generic: has no credentials of its own",
                        "--provider: not shown");
    }

    @Test
    void a_file_that_others_or_the_agent_can_change_is_refused() throws Exception {
        Path file = own("mine", "version: 1\ncredentials: [{key: MINE, bindings: [mine.example.com]}]\n");
        agent = new AgentPaths(List.of(home), List.of());
        assertThat(new CredentialOptions(List.of(), List.of(file), List.of()).providers(directory()))
                .hasSize(1);
        agent = new AgentPaths(List.of(home), List.of(home));
        assertThat(refused(named("mine"))).hasMessageContaining("the agent could change it");
        agent = AgentPaths.NONE;
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(refused(new CredentialOptions(List.of(), List.of(file), List.of())))
                .hasMessageContaining(
                        "--credential-file: " + file + ": rw-rw-r-- (expected: a file that only you can change")
                .hasMessageContaining("chmod go-w");
    }

    private static CredentialOptions bound(String... texts) {
        return new CredentialOptions(List.of(texts), List.of(), List.of());
    }

    private static CredentialOptions named(String... names) {
        return new CredentialOptions(List.of(), List.of(), List.of(names));
    }

    private CredentialRefusedException refused(CredentialOptions options) {
        CredentialRefusedException refused =
                catchThrowableOfType(CredentialRefusedException.class, () -> options.providers(directory()));
        assertThat(refused).isNotNull();
        return refused;
    }

    private ProviderDirectory directory() {
        return ProviderDirectory.of(Map.of("HOME", home.toString()), agent);
    }

    private Path own(String name, String text) throws Exception {
        Path folder = Files.createDirectories(directory().own());
        Path file = Files.writeString(folder.resolve(name + ".yaml"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
