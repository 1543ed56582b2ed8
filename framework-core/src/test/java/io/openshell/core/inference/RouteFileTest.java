package io.openshell.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileTest {

    private static final String CANARY = "sk-canary-1234";
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OPENAI_API_KEY",
            CANARY,
            "MINE",
            CANARY,
            "BAD",
            CANARY + "\r\nX: y",
            "ANTHROPIC_BASE_URL",
            "http://[::1]:9/v1");

    @Test
    void a_file_says_routes_in_order_and_a_budget() {
        InferenceSettings settings = loaded("""
                routes:
                  - {name: inference.local, provider_type: openai, model: gpt-4o}
                  - model: tiny
                    endpoint: http://127.0.0.1:8080/v1
                    protocols: [openai_chat_completions]
                    timeout_secs: 5
                  - {provider_type: anthropic, model: claude, api_key_env: MINE}
                budget: {requests_per_minute: 10, tokens_per_day: 1000}
                """);

        assertThat(settings.budget()).isEqualTo(new Budget(10, 1000));
        assertThat(settings.routes())
                .extracting(InferenceRoute::describe)
                .containsExactly(
                        "openai gpt-4o at https://api.openai.com/v1 (key from OPENAI_API_KEY)",
                        "openai-compatible tiny at http://127.0.0.1:8080/v1 (no key)",
                        "anthropic claude at http://[::1]:9/v1 (key from MINE)");
        assertThat(settings.routes().get(1).protocols()).isEqualTo(Set.of(InferenceProtocol.OPENAI_CHAT_COMPLETIONS));
        assertThat(settings.routes().get(1).timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.toString()).doesNotContain(CANARY);
    }

    @Test
    void no_routes_are_no_inference() {
        assertThat(loaded("routes: []").routes()).isEmpty();
    }

    @Test
    void a_key_comes_from_a_file_without_its_line_end(@TempDir Path folder) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), CANARY + "\n");
        InferenceSettings settings = loaded("routes: [{provider_type: openai, model: m, api_key_file: " + key + "}]");
        AtomicReference<String> seen = new AtomicReference<>("");

        settings.routes()
                .getFirst()
                .key()
                .orElseThrow()
                .reveal(bytes -> seen.set(new String(bytes, StandardCharsets.US_ASCII)));
        settings.close();

        assertThat(seen.get()).isEqualTo(CANARY);
        assertThat(settings.routes().getFirst().key().orElseThrow().length()).isEqualTo(CANARY.length());
    }

    @Test
    void every_problem_is_told_at_once_and_no_key() {
        RouteFile.Result result = RouteFile.read("""
                routes:
                  - {provider_type: opanai, model: m}
                  - {provider_type: openai, model: m, api_key: %s}
                  - {provider_type: openai, model: m, api_key_env: BAD, endpoint: "https://u:%s@h/"}
                  - {provider_type: nvidia, model: m, protocols: [openai_chat], timeout_secs: 100000}
                  - {model: m}
                  - {name: sandbox-system, model: m, endpoint: "http://h/"}
                  - {name: other, model: "", endpoint: "http://h/", colour: red}
                  - {name: other, model: "", endpoint: "http://h/"}
                  - {provider_type: openai, model: m, api_key_file: /nonexistent}
                  - {provider_type: openai, model: m, endpoint: "https://inference.local/v1"}
                budget: {requests_per_minute: 0, tokens_per_day: -1}
                """.formatted(CANARY, CANARY), KeySource.of(ENVIRONMENT));

        assertThat(result).isInstanceOf(RouteFile.Invalid.class);
        String all = ((RouteFile.Invalid) result).problems().toString();
        assertThat(all)
                .contains(
                        "did you mean 'openai'",
                        "no key stands in this file",
                        "routes[2].api_key_env, message=not shown",
                        "routes[2].endpoint, message=not a base URL",
                        "NVIDIA_API_KEY is not set here",
                        "openai_chat: unknown value",
                        "100000 (expected: 1 to 3600",
                        "endpoint: missing",
                        "nothing here asks for inference of its own",
                        "unknown key (expected",
                        "unknown route name 'other'",
                        "model, message=blank",
                        "/nonexistent (expected: a readable file)",
                        "leads to inference.local itself",
                        "requests_per_minute, message=0 (expected: 1 to",
                        "tokens_per_day, message=-1")
                .doesNotContain(CANARY);
    }

    @Test
    void a_file_is_as_strict_as_a_policy() {
        for (String text : new String[] {
            "",
            "[]",
            "routes: {}",
            "budget: {}",
            "routes: []\nextra: 1",
            "routes: [1]",
            "a: &x 1\nroutes: *x",
            "routes: []\nroutes: []",
            "routes: []\nbudget: {requests: 1}",
            "routes: []\nbudget: 5"
        }) {
            assertThat(RouteFile.read(text, KeySource.of(Map.of()))).as(text).isInstanceOf(RouteFile.Invalid.class);
        }
    }

    private static InferenceSettings loaded(String text) {
        RouteFile.Result result = RouteFile.read(text, KeySource.of(ENVIRONMENT));
        assertThat(result).as("%s", result).isInstanceOf(RouteFile.Loaded.class);
        return ((RouteFile.Loaded) result).settings();
    }
}
