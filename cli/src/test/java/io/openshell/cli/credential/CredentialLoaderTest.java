package io.openshell.cli.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import io.openshell.core.provider.ValueSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CredentialLoaderTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final FakeVariables variables = new FakeVariables();
    private AgentPaths agent = AgentPaths.NONE;

    @Test
    void takes_the_value_of_a_variable_and_leaves_no_copy_of_it() throws Exception {
        variables.set("A", "canary-1");

        LoadedCredentials loaded = load(provider(variable("A", "a.example.com")));

        assertThat(value(loaded, "A")).isEqualTo("canary-1");
        assertThat(loaded.origins())
                .singleElement()
                .extracting(ProvidedCredential::key)
                .isEqualTo("A");
        assertThat(variables.given()).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
        assertThat(variables.erased()).containsExactly("A");
    }

    @ParameterizedTest
    @CsvSource({"'canary', canary", "'canary\n', canary", "'canary\r\n', canary", "' canary ', ' canary '"})
    void takes_all_of_a_file_but_one_line_break_at_its_end(String content, String value) throws Exception {
        LoadedCredentials loaded = load(provider(file("A", secret(content))));

        assertThat(value(loaded, "A")).isEqualTo(value);
    }

    @Test
    void says_of_all_that_is_missing_what_it_is_and_what_to_do() {
        variables.set("B", "x");
        CredentialRefusedException refused = refused(
                provider(variable("A", "a.example.com"), variable("B", "b.example.com")),
                provider(file("C", folder.resolve("none"))));

        assertThat(lines(refused))
                .containsExactly(
                        "test: A: not set (expected: a variable with the value, as after: export A=...)",
                        "test: C: " + folder.resolve("none") + ": not there (expected: a file)");
        assertThat(variables.given()).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
    }

    @Test
    void of_those_that_need_not_be_there_one_must() throws Exception {
        Provider either = provider(optional("A"), optional("B"));
        assertThat(refused(either)).hasMessageContaining("one of variable A, variable B");
        variables.set("B", "canary");

        assertThat(load(either).credentials().all()).extracting(Credential::key).containsExactly("B");
    }

    @Test
    void two_providers_of_the_same_value_are_one_credential_with_the_destinations_of_both() throws Exception {
        variables.set("A", "canary").set("OTHER", "canary");

        LoadedCredentials loaded = load(
                provider(variable("A", "a.example.com")),
                provider(variable("A", "a.example.com"), variable("B", "x.example.com", "A")),
                provider(variable("A", "b.example.com", "OTHER")));

        assertThat(loaded.credentials().get("A").orElseThrow().bindings())
                .extracting(Object::toString)
                .containsExactly("a.example.com", "b.example.com");
        assertThat(loaded.credentials().all()).hasSize(2);
    }

    @Test
    void two_values_of_one_key_are_refused_without_showing_them() {
        variables.set("A", "canary-1").set("OTHER", "canary-2");

        assertThat(refused(provider(variable("A", "a.example.com")), provider(variable("A", "b.example.com", "OTHER"))))
                .hasMessage("A: two values, of variable A and of variable OTHER (expected: one value of a key)");
    }

    @ParameterizedTest
    @CsvSource({"'canary\rx'", "'canary\nx'", "'canary\u0000x'", "'canary\tx'", "'canary\u007f'", "''", "'\n'"})
    void a_value_with_a_control_character_or_none_is_refused_without_showing_it(String value) throws Exception {
        variables.set("A", value);

        assertThat(lines(refused(provider(variable("A", "a.example.com"), file("B", secret(value))))))
                .hasSize(2)
                .allMatch(line -> line.startsWith("A: a value") || line.startsWith("B: a value"))
                .noneMatch(line -> line.contains("canary"));
    }

    @Test
    void a_value_of_8192_bytes_is_taken_and_one_more_is_not() throws Exception {
        variables.set("A", "x".repeat(8192)).set("B", "x".repeat(8193));

        assertThat(value(
                        load(provider(variable("A", "a.example.com"), file("C", secret("y".repeat(8192) + "\n")))),
                        "C"))
                .hasSize(8192);
        assertThat(lines(refused(provider(variable("B", "a.example.com"), file("C", secret("y".repeat(8193) + "\n"))))))
                .hasSize(2)
                .allMatch(line -> line.contains("8193 bytes"));
        assertThat(refused(provider(file("C", secret("y".repeat(9000))))))
                .hasMessageContaining("longer than 8194 bytes");
    }

    @Test
    void what_has_expired_is_refused_and_the_earlier_end_counts() throws Exception {
        variables.set("A", "canary");
        Instant later = NOW.plusSeconds(60);
        LoadedCredentials loaded = load(
                provider(until("A", later)),
                provider(variable("A", "b.example.com")),
                provider(until("A", later.plusSeconds(1))));

        assertThat(loaded.credentials().get("A").orElseThrow().expiry()).contains(later);
        assertThat(refused(provider(until("A", NOW)))).hasMessageContaining("A: expired at 2026-06-01T00:00:00Z");
    }

    @Test
    void a_secret_in_a_file_is_nobody_elses() throws Exception {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-")) {
            Path file = Files.setPosixFilePermissions(secret("canary"), PosixFilePermissions.fromString(permissions));
            assertThat(refused(provider(file("A", file))))
                    .hasMessage("test: A: " + file + ": " + permissions
                            + (permissions.contains("-w-")
                                    ? " (expected: a file that only you can change, for it holds a secret: chmod 600 "
                                    : " (expected: a file that only you can read, for it holds a secret: chmod 600 ")
                            + file + ")");
        }
        assertThat(refused(provider(file("A", folder)))).hasMessageContaining("not a regular file");
    }

    @Test
    void a_secret_in_a_file_that_the_agent_sees_is_refused() throws Exception {
        Path visible = Files.createDirectory(folder.resolve("visible"));
        Path secret = secret("canary");
        Path inside = Files.copy(secret, visible.resolve("secret"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Path link = Files.createSymbolicLink(folder.resolve("link"), inside);
        Path linkInside = Files.createSymbolicLink(visible.resolve("link"), secret);
        agent = new AgentPaths(List.of(visible), List.of(visible));

        for (Path file : List.of(inside, link, linkInside)) {
            assertThat(refused(provider(file("A", file)))).hasMessageContaining("the agent could read it");
        }
        assertThat(value(load(provider(file("A", secret))), "A")).isEqualTo("canary");
    }

    @Test
    void nothing_prints_a_value() throws Exception {
        variables.set("A", "canary");

        LoadedCredentials loaded = load(provider(variable("A", "a.example.com")));

        assertThat(loaded.toString()).contains("A").doesNotContain("canary");
        assertThat(loaded.credentials().all().toString()).contains("A").doesNotContain("canary");
    }

    private LoadedCredentials load(Provider... providers) throws CredentialRefusedException {
        return new CredentialLoader(variables, agent, NOW).load(List.of(providers));
    }

    private CredentialRefusedException refused(Provider... providers) {
        CredentialRefusedException refused =
                catchThrowableOfType(CredentialRefusedException.class, () -> load(providers));
        assertThat(refused).isNotNull();
        assertThat(refused).hasMessageNotContaining("canary");
        return refused;
    }

    private static Stream<String> lines(CredentialRefusedException refused) {
        return String.valueOf(refused.getMessage()).lines();
    }

    private static String value(LoadedCredentials loaded, String key) {
        StringBuilder text = new StringBuilder();
        loaded.credentials()
                .get(key)
                .orElseThrow()
                .copy()
                .orElseThrow()
                .reveal(bytes -> text.append(new String(bytes, UTF_8)));
        return text.toString();
    }

    private Path secret(String content) throws Exception {
        Path file = Files.createTempFile(folder, "secret", "");
        return Files.writeString(file, content);
    }

    private static Provider provider(ProvidedCredential... credentials) {
        return new Provider("test", List.of(), "", "test", List.of(credentials));
    }

    private static ProvidedCredential variable(String key, String binding) {
        return variable(key, binding, key);
    }

    private static ProvidedCredential variable(String key, String binding, String variable) {
        return credential(key, new ValueSource.Variable(variable), binding, Optional.empty(), true);
    }

    private static ProvidedCredential optional(String key) {
        return credential(key, new ValueSource.Variable(key), "a.example.com", Optional.empty(), false);
    }

    private static ProvidedCredential until(String key, Instant end) {
        return credential(key, new ValueSource.Variable(key), "a.example.com", Optional.of(end), true);
    }

    private static ProvidedCredential file(String key, Path path) {
        return credential(key, new ValueSource.SecretFile(path), "a.example.com", Optional.empty(), true);
    }

    private static ProvidedCredential credential(
            String key, ValueSource source, String binding, Optional<Instant> expiry, boolean required) {
        return new ProvidedCredential(key, source, List.of(CredentialBinding.parse(binding)), expiry, required);
    }
}
