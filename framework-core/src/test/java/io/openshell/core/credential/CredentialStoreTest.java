package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.credential.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialStoreTest {

    private static final String HOST = "api.example.com";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final CredentialStore store = new CredentialStore(() -> NOW);

    @Test
    void gives_the_environment_placeholders_of_the_newest_revision_without_what_has_expired() {
        assertThat(store.placeholders()).isEmpty();
        assertThat(store.isEmpty()).isTrue();
        store.replace(Credentials.of(List.of(credential("A", "one", HOST))));
        store.replace(Credentials.of(List.of(
                credential("A", "two", HOST), Credential.owning("OLD", bytes("x"), bound(HOST), Optional.of(NOW)))));
        assertThat(store.placeholders()).containsExactly(Map.entry("A", "openshell:resolve:env:v2_A"));
        assertThat(store.isEmpty()).isFalse();
    }

    @Test
    void resolves_a_key_where_it_is_bound_and_nowhere_else() {
        store.replace(Credentials.of(List.of(credential("A", "one", HOST + "/v1/**"))));
        BoundCredentials there = store.boundTo(HOST, 443);
        assertThat(revealed(there.resolve("A", "/v1/x", true))).isEqualTo("one");
        assertThat(revealed(there.vault("/v1/x", true).resolve("A"))).isEqualTo("one");
        assertThat(there.resolve("A", "/v2/x", true)).isEmpty();
        assertThat(there.resolve("A", "/v1/x", false)).isEmpty();
        assertThat(there.resolve("B", "/v1/x", true)).isEmpty();
        assertThat(there.resolve("v1_A", "/v1/x", true)).isEmpty();
        assertThat(store.boundTo(HOST, 444).resolve("A", "/v1/x", true)).isEmpty();
        assertThat(store.boundTo("evil.example.com", 443).resolve("A", "/v1/x", true))
                .isEmpty();
    }

    @Test
    void tells_why_a_name_does_not_resolve() {
        store.replace(Credentials.of(List.of(
                credential("A", "one", HOST + "/v1/**"),
                Credential.owning("OLD", bytes("x"), bound(HOST), Optional.of(NOW)))));
        BoundCredentials there = store.boundTo(HOST, 443);
        assertThat(there.find("NONE", "/v1/x", true)).isInstanceOf(Resolution.Unknown.class);
        assertThat(there.find("OLD", "/v1/x", true)).isEqualTo(new Resolution.Expired("OLD"));
        assertThat(there.find("v1_A", "/v2/x", true)).isEqualTo(new Resolution.Elsewhere("A"));
        assertThat(there.find("v1_A", "/v1/x", false)).isEqualTo(new Resolution.PlainText("A"));
        assertThat(there.find("v1_A", "/v1/x", true)).isInstanceOf(Resolution.Found.class);
        assertThat(there.find("v01_A", "/v1/x", true)).isInstanceOf(Resolution.Unknown.class);
        assertThat(there.find("v2_A", "/v1/x", true)).isInstanceOf(Resolution.Unknown.class);
        assertThat(there.find("v99999999999999999999_A", "/v1/x", true)).isInstanceOf(Resolution.Unknown.class);
    }

    @Test
    void keeps_eight_revisions_and_overwrites_what_falls_out() {
        Credential first = credential("A", "value-1", HOST);
        store.replace(Credentials.of(List.of(first)));
        for (int i = 2; i <= CredentialStore.REVISIONS; i++) {
            store.replace(Credentials.of(List.of(credential("A", "value-" + i, HOST))));
        }
        assertThat(found("v1_A")).isEqualTo("value-1");
        assertThat(found("A")).isEqualTo("value-8");
        assertThat(found("v8_A")).isEqualTo("value-8");
        BoundCredentials before = store.boundTo(HOST, 443);
        store.replace(Credentials.of(List.of(credential("A", "value-9", HOST))));
        assertThat(found("v1_A")).isNull();
        assertThat(found("v2_A")).isEqualTo("value-2");
        assertThat(first.copy()).isEmpty();
        assertThat(before.find("v1_A", "/", true))
                .isInstanceOfSatisfying(
                        Resolution.Found.class,
                        it -> assertThat(it.credential().copy()).isEmpty());
    }

    @Test
    void keeps_a_credential_that_a_later_revision_shares() {
        Credential shared = credential("A", "same", HOST);
        for (int i = 0; i < 20; i++) {
            store.replace(Credentials.of(List.of(shared)));
        }
        assertThat(found("A")).isEqualTo("same");
    }

    @Test
    void an_old_placeholder_ends_with_its_key_and_never_reaches_further_than_the_newest_binding() {
        store.replace(Credentials.of(List.of(credential("A", "one", HOST), credential("B", "two", HOST))));
        store.replace(Credentials.of(List.of(credential("A", "three", "other.example.com"))));
        BoundCredentials there = store.boundTo(HOST, 443);
        assertThat(there.find("v1_B", "/", true)).isInstanceOf(Resolution.Unknown.class);
        assertThat(there.find("v1_A", "/", true)).isEqualTo(new Resolution.Elsewhere("A"));
        assertThat(store.boundTo("other.example.com", 443).find("v1_A", "/", true))
                .isEqualTo(new Resolution.Elsewhere("A"));
    }

    @Test
    void lists_the_secrets_of_a_destination_for_whoever_looks_for_them_in_responses() {
        store.replace(Credentials.of(List.of(credential("A", "one", HOST), credential("B", "two", "b.example.com"))));
        store.replace(Credentials.of(List.of(credential("A", "three", HOST))));
        assertThat(store.boundTo(HOST, 443).secrets().stream()
                        .map(it -> it.key() + "=" + revealed(Optional.of(it.value())))
                        .toList())
                .containsExactlyInAnyOrder("A=one", "A=three");
    }

    @Test
    void overwrites_everything_at_its_end() {
        Credential credential = credential("A", "one", HOST);
        store.replace(Credentials.of(List.of(credential)));
        store.close();
        assertThat(credential.copy()).isEmpty();
        assertThat(store.isEmpty()).isTrue();
        assertThat(store.boundTo(HOST, 443).resolve("A", "/", true)).isEmpty();
    }

    @Test
    void a_set_has_each_key_once_and_prints_no_values() {
        assertThatThrownBy(() -> Credentials.of(List.of(credential("A", "x", HOST), credential("A", "y", HOST))))
                .hasMessageContaining("A twice");
        store.replace(Credentials.of(List.of(credential("A", "hidden", HOST))));
        assertThat(store.toString() + store.boundTo(HOST, 443)).contains("A").doesNotContain("hidden");
    }

    private @Nullable String found(String name) {
        return store.boundTo(HOST, 443).find(name, "/", true) instanceof Resolution.Found found
                ? revealed(found.credential().copy())
                : null;
    }

    private static String revealed(Optional<Secret> secret) {
        String[] text = new String[1];
        try (Secret open = secret.orElseThrow()) {
            open.reveal(it -> text[0] = new String(it, StandardCharsets.UTF_8));
        }
        return text[0];
    }

    private static Credential credential(String key, String value, String... bindings) {
        return Credential.owning(key, bytes(value), bound(bindings), Optional.empty());
    }

    private static List<CredentialBinding> bound(String... bindings) {
        return Arrays.stream(bindings).map(CredentialBinding::parse).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
