package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.credential.Secret;
import io.openshell.core.credential.CredentialRefusal.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each place makes of a placeholder: behaviour of the reference system, its traps, and where this one is stricter. */
class RequestCredentialsTest {

    private static final String HOST = "api.example.com";
    private static final String P = "openshell:resolve:env:";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final CredentialStore store = new CredentialStore(() -> NOW);

    RequestCredentialsTest() {
        store.replace(Credentials.of(List.of(
                credential("TOKEN", "sk-1", HOST),
                credential("TOKEN_2", "sk-2", HOST),
                credential("ODD", "a\"b\\c /?#&=+%\u00e9", HOST),
                credential("SLASH", "a/b", HOST),
                credential("DOTS", "..", HOST),
                credential("DOT", ".", HOST),
                credential("BOT", "123:ABC-_x", HOST),
                credential("COLON", "us:er", HOST),
                credential("ELSEWHERE", "no", "other.example.com"),
                credential("PATHED", "p", HOST + "/v1/**"),
                Credential.owning("OLD", bytes("x"), bound(HOST), Optional.of(NOW)))));
    }

    private RequestCredentials at(String path) {
        return store.boundTo(HOST, 443).forRequest(path, true);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "openshell:resolve:env:TOKEN, sk-1",
                "openshell:resolve:env:v1_TOKEN, sk-1",
                "openshell:resolve:env:TOKEN_2, sk-2",
                "Bearer openshell:resolve:env:v1_TOKEN_2, Bearer sk-2",
                "token  openshell:resolve:env:TOKEN, token  sk-1",
                "sk-ant-OPENSHELL-RESOLVE-ENV-TOKEN, sk-1",
                "Bearer x.OPENSHELL-RESOLVE-ENV-v1_TOKEN, Bearer sk-1",
            })
    void replaces_a_header_that_is_a_placeholder_or_a_scheme_and_one(String value, String expected) {
        assertThat(sent(at("/").header("Authorization", value))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                P + "TOKEN" + P + "TOKEN",
                "a b " + P + "TOKEN",
                "x" + P + "TOKEN",
                P + "TOKEN x",
                P + "TOKEN;",
                "session=" + P + "TOKEN",
                "Bearer " + P + "TOKEN, x",
                "openshell%3Aresolve%3Aenv%3ATOKEN",
                "openshell%253Aresolve%253Aenv%253ATOKEN",
                "\\u006fpenshell:resolve:env:TOKEN",
                "b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO",
                "Bearer b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO",
                "Basic openshell:resolve:env:TOKEN",
                "OPENSHELL-RESOLVE-ENV-TOKEN",
                "x-OPENSHELL-RESOLVE-ENV-TOKEN-y",
                "x-OPENSHELL-RESOLVE-ENV-",
                P,
                P + "-",
            })
    void refuses_any_other_header_with_a_marker(String value) {
        assertThat(refusal(at("/").header("X-Key", value)).reason()).contains("header x-key");
    }

    @Test
    void leaves_alone_what_has_no_marker() {
        RequestCredentials request = at("/a/b");
        assertThat(request.header("Authorization", "Basic not base64!")).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.header("Authorization", "Basic dXNlcjpwdw==")).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.header("Cookie", "openshell=resolve")).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.query("a=openshell&b=%3A%zz")).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.path()).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.body("application/json", "", bytes("{not json"))).isEqualTo(Rewriting.UNCHANGED);
        assertThat(request.text("\ud83d\ude00")).isEqualTo(Rewriting.UNCHANGED);
    }

    @Test
    void a_header_name_never_carries_one() {
        assertThat(refusal(at("/").header("X-OPENSHELL-RESOLVE-ENV-TOKEN", "x")).kind())
                .isEqualTo(Kind.MISPLACED);
    }

    @ParameterizedTest
    @CsvSource({
        "user:openshell:resolve:env:TOKEN, user:sk-1",
        "openshell:resolve:env:TOKEN:, sk-1:",
        "openshell:resolve:env:TOKENopenshell:resolve:env:TOKEN_2, sk-1sk-2",
        "\u00fcser:openshell:resolve:env:v1_TOKEN\u00fc, \u00fcser:sk-1\u00fc",
        "oauth2:x-OPENSHELL-RESOLVE-ENV-TOKEN, oauth2:sk-1",
    })
    void replaces_within_basic(String plain, String expected) {
        assertThat(sent(at("/").header("authorization", "basic " + base64(plain))))
                .isEqualTo("basic " + base64(expected));
    }

    @Test
    void refuses_what_basic_hides_deeper() {
        assertThat(refusal(at("/").header("Authorization", "Basic " + base64("u:openshell%3Aresolve%3Aenv%3ATOKEN")))
                        .kind())
                .isEqualTo(Kind.MISPLACED);
        assertThat(refusal(at("/").header("Authorization", "Basic " + base64("u:" + P + "NONE")))
                        .kind())
                .isEqualTo(Kind.UNRESOLVED);
    }

    @ParameterizedTest
    @CsvSource({
        "k=openshell:resolve:env:TOKEN, k=sk-1",
        "a=1&k=x-openshell:resolve:env:TOKEN.y&b=%20, a=1&k=x-sk-1.y&b=%20",
        "k=openshell%3Aresolve%3aenv%3ATOKEN, k=sk-1",
        "k=%6fpenshell:resolve:env:TOKENopenshell:resolve:env:TOKEN_2, k=sk-1sk-2",
        "k=openshell:resolve:env:ODD, k=a%22b%5Cc%20%2F%3F%23%26%3D%2B%25%C3%A9",
        "k=x-OPENSHELL-RESOLVE-ENV-TOKEN, k=sk-1",
        "k=a+b%2Bopenshell:resolve:env:TOKEN, k=a+b%2Bsk-1",
    })
    void replaces_in_the_values_of_a_query(String query, String expected) {
        assertThat(sent(at("/").query(query))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openshell:resolve:env:TOKEN",
                "openshell:resolve:env:TOKEN=1",
                "openshell%3Aresolve:env:TOKEN=1&a=openshell:resolve:env:TOKEN",
                "a=openshell%253Aresolve:env:TOKEN",
                "a=%2Fopenshell%3Aresolve%3Aenv%3ATOKEN_",
                "a=openshell:resolve:env:TOKEN3",
                "a=b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO",
            })
    void refuses_any_other_query_with_a_marker(String query) {
        assertThat(refusal(at("/").query(query)).reason()).contains("query");
    }

    @ParameterizedTest
    @CsvSource({
        "/botopenshell:resolve:env:BOT/send, /bot123:ABC-_x/send",
        "/openshell:resolve:env:TOKEN, /sk-1",
        "/a/openshell:resolve:env:TOKENopenshell:resolve:env:TOKEN_2/, /a/sk-1sk-2/",
        "/a/x-OPENSHELL-RESOLVE-ENV-TOKEN/b, /a/sk-1/b",
    })
    void replaces_in_the_segments_of_a_path(String path, String expected) {
        assertThat(sent(at(path).path())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SLASH", "DOTS", "ODD", "DOT"})
    void refuses_a_secret_that_would_change_the_path(String key) {
        assertThat(refusal(at("/a/" + P + key + "/b").path()).reason())
                .contains("path")
                .doesNotContain("..");
    }

    @Test
    void refuses_a_dot_segment_that_comes_of_a_secret_and_what_is_around_it() {
        assertThat(refusal(at("/a/." + P + "DOT").path()).kind()).isEqualTo(Kind.MISPLACED);
        assertThat(sent(at("/a/x" + P + "DOT").path())).isEqualTo("/a/x.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openshell%253Aresolve%253Aenv%253ATOKEN",
                "/b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO",
                "/openshell:resolve:env:NONE",
            })
    void refuses_any_other_path_with_a_marker(String path) {
        assertThat(refusal(at(path).path()).reason()).contains("path").doesNotContain(P);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "{\"a\":\"openshell:resolve:env:TOKEN\"}; {\"a\":\"sk-1\"}",
                "{ \"a\" : [ 1, \"x openshell:resolve:env:ODD y\" ] }; { \"a\" : [ 1, \"x a\\\"b\\\\c /?#&=+%\u00e9 y\" ] }",
                "[\"\\u006fpenshell:resolve\\u003Aenv:TOKEN\\n\"]; [\"sk-1\\n\"]",
                "\"openshell:resolve:env:TOKENopenshell:resolve:env:TOKEN_2\"; \"sk-1sk-2\"",
                "[\"\\\\\", \"\\\"openshell:resolve:env:TOKEN\\\"\"]; [\"\\\\\", \"\\\"sk-1\\\"\"]",
                "{\"\u00fc\":\"\u00fcopenshell:resolve:env:TOKEN\u00fc\"}; {\"\u00fc\":\"\u00fcsk-1\u00fc\"}",
            },
            delimiter = ';')
    void replaces_in_the_strings_of_a_json_body_and_escapes_again(String body, String expected) {
        for (String type : List.of("application/json", "Application/JSON; charset=UTF-8")) {
            assertThat(sent(at("/").body(type, "", bytes(body)))).isEqualTo(expected);
        }
        assertThat(sent(at("/").text(body))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"openshell:resolve:env:TOKEN\":1}",
                "{\"\\u006fpenshell:resolve:env:TOKEN\" : 1}",
                "{\"a\":\"\\\\u006fpenshell:resolve:env:TOKEN\"}",
                "{\"a\":\"openshell%3Aresolve:env:TOKEN\"}",
                "{\"a\":\"b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO\"}",
                "{\"a\":\"openshell:resolve:env:TOKEN\"",
                "{\"a\":\"openshell:resolve:env:TOKEN\"} {}",
                "{\"a\":openshell:resolve:env:TOKEN}",
                "{\"a\":\"openshell:resolve:env:NONE\"}",
                "{\"a\":\"openshell:resolve:env:OLD\"}",
            })
    void refuses_any_other_json_body_with_a_marker(String body) {
        assertThat(refusal(at("/").body("application/json", "", bytes(body))).reason())
                .doesNotContain(P);
    }

    @ParameterizedTest
    @CsvSource({
        "a=%41&k=openshell:resolve:env:TOKEN, a=%41&k=sk-1",
        "k=openshell%3Aresolve%3Aenv%3ATOKEN+x&b=+, k=sk-1+x&b=+",
        "k=openshell:resolve:env:ODD, k=a%22b%5Cc+%2F%3F%23%26%3D%2B%25%C3%A9",
    })
    void replaces_in_the_fields_of_a_form_and_keeps_the_others_bytes(String body, String expected) {
        assertThat(sent(at("/").body("application/x-www-form-urlencoded", "", bytes(body))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openshell:resolve:env:TOKEN=1",
                "openshell%3Aresolve%3Aenv%3ATOKEN=1",
                "openshell:resolve:env:TOKEN",
                "a=openshell%253Aresolve:env:TOKEN"
            })
    void refuses_any_other_form_with_a_marker(String body) {
        assertThat(refusal(at("/").body("application/x-www-form-urlencoded", "", bytes(body)))
                        .kind())
                .isEqualTo(Kind.MISPLACED);
    }

    @Test
    void replaces_in_plain_text_and_refuses_other_types_charsets_and_encodings() {
        byte[] body = bytes("key: openshell:resolve:env:ODD\n");
        assertThat(sent(at("/").body("text/yaml", "identity", body))).isEqualTo("key: a\"b\\c /?#&=+%\u00e9\n");
        for (String type : List.of(
                "",
                "application/octet-stream",
                "multipart/form-data; boundary=x",
                "text/plain; charset=utf-16",
                "text/plain; charset=utf-8; charset=utf-16")) {
            assertThat(refusal(at("/").body(type, "", body)).kind()).isEqualTo(Kind.MISPLACED);
        }
        assertThat(refusal(at("/").body("text/plain", "gzip", bytes("anything")))
                        .reason())
                .contains("compressed");
        byte[] notUtf8 = "\u00ffopenshell:resolve:env:TOKEN".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refusal(at("/").body("text/plain", "", notUtf8)).reason()).contains("UTF-8");
    }

    @Test
    void finds_utf16_in_a_body() {
        for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
            assertThat(refusal(at("/").body("text/plain", "", (P + "TOKEN").getBytes(charset)))
                            .kind())
                    .isEqualTo(Kind.MISPLACED);
        }
    }

    @Test
    void replaces_in_text_messages_and_refuses_unknown_ones() {
        assertThat(sent(at("/").text("AUTH openshell:resolve:env:ODD"))).isEqualTo("AUTH a\"b\\c /?#&=+%\u00e9");
        assertThat(refusal(at("/").text("AUTH openshell:resolve:env:NONE")).kind())
                .isEqualTo(Kind.UNRESOLVED);
    }

    @Test
    void says_why_by_name_and_never_shows_more() {
        assertThat(refusal(at("/").header("A", P + "NONE")).reason())
                .isEqualTo("placeholder, in header a: names none of this sandbox's credentials");
        assertThat(refusal(at("/").header("A", P + "v1_OLD")).reason())
                .isEqualTo("credential OLD, in header a: expired");
        assertThat(refusal(at("/").header("A", P + "ELSEWHERE")).kind()).isEqualTo(Kind.ELSEWHERE);
        assertThat(refusal(at("/v2").header("A", P + "PATHED")).kind()).isEqualTo(Kind.ELSEWHERE);
        assertThat(sent(at("/v1/x").header("A", P + "PATHED"))).isEqualTo("p");
        assertThat(refusal(store.boundTo(HOST, 443).forRequest("/", false).header("A", P + "TOKEN"))
                        .reason())
                .contains("without TLS");
    }

    @Test
    void without_credentials_no_placeholder_resolves() {
        RequestCredentials none = CredentialStore.empty().boundTo(HOST, 443).forRequest("/" + P + "TOKEN", true);
        assertThat(refusal(none.path()).kind()).isEqualTo(Kind.UNRESOLVED);
        assertThat(refusal(none.header("A", P + "TOKEN")).kind()).isEqualTo(Kind.UNRESOLVED);
        assertThat(refusal(none.query("a=" + P + "v1_TOKEN")).kind()).isEqualTo(Kind.UNRESOLVED);
    }

    @Test
    void shows_paths_without_placeholders() {
        assertThat(Placeholders.redacted("/bot" + P + "v1_BOT/send")).isEqualTo("/bot[CREDENTIAL]/send");
        assertThat(Placeholders.redacted("/a/x-OPENSHELL-RESOLVE-ENV-TOKEN/b")).isEqualTo("/a/[CREDENTIAL]/b");
        assertThat(Placeholders.redacted("/a/openshell%253Aresolve:env:TOKEN/b"))
                .isEqualTo("/a/[CREDENTIAL]/b");
        assertThat(Placeholders.redacted("/a//b/")).isEqualTo("/a//b/");
    }

    private static String sent(Rewriting rewriting) {
        assertThat(rewriting).isInstanceOf(Rewriting.Changed.class);
        String[] text = new String[1];
        try (Secret value = ((Rewriting.Changed) rewriting).value()) {
            value.reveal(it -> text[0] = new String(it, StandardCharsets.UTF_8));
        }
        return text[0];
    }

    private static CredentialRefusal refusal(Rewriting rewriting) {
        assertThat(rewriting).isInstanceOf(Rewriting.Refused.class);
        return ((Rewriting.Refused) rewriting).refusal();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private static Credential credential(String key, String value, String binding) {
        return Credential.owning(key, bytes(value), bound(binding), Optional.empty());
    }

    private static List<CredentialBinding> bound(String binding) {
        return List.of(CredentialBinding.parse(binding));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
