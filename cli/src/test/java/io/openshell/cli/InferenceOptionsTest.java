package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.inference.Budget;
import io.openshell.core.inference.InferenceRoute;
import io.openshell.core.inference.InferenceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class InferenceOptionsTest {

    private static final String CANARY = "sk-canary-1234";

    private final Map<String, String> surroundings = new HashMap<>(Map.of("OPENAI_API_KEY", CANARY, "MINE", CANARY));
    private final Screen screen = new Screen(Path.of("/nonexistent"), surroundings);
    private boolean verbose;

    @Test
    void without_options_there_is_no_inference() throws CommandFailure {
        assertThat(parse()).isEqualTo(InferenceSettings.NONE);
    }

    @Test
    void routes_are_read_in_order_and_told_when_asked_for() throws CommandFailure {
        verbose = true;
        InferenceSettings settings = parse(
                "--inference",
                "provider=openai,model=gpt-4o",
                "--inference",
                "provider=openai-compatible,model=org/tiny:1b,endpoint=http://127.0.0.1:8080/v1,key-env=MINE,timeout=5",
                "--inference-budget",
                "requests-per-minute=10,tokens-per-day=1000");

        assertThat(settings.routes())
                .extracting(InferenceRoute::describe)
                .containsExactly(
                        "openai gpt-4o at https://api.openai.com/v1 (key from OPENAI_API_KEY)",
                        "openai-compatible org/tiny:1b at http://127.0.0.1:8080/v1 (key from MINE)");
        assertThat(settings.budget()).isEqualTo(new Budget(10, 1000));
        assertThat(screen.err())
                .contains("openshell: inference: openai gpt-4o", "at most 10 requests a minute, 1000 tokens a day")
                .doesNotContain(CANARY);
    }

    @Test
    void a_file_comes_from_the_option_or_the_environment_and_an_option_limits_it(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(
                folder.resolve("r.yaml"),
                "routes: [{provider_type: openai, model: m}]\nbudget: {requests_per_minute: 3, tokens_per_day: 9}\n");

        assertThat(parse("--inference-routes", file.toString()).routes()).hasSize(1);
        surroundings.put("OPENSHELL_INFERENCE_ROUTES", file.toString());
        assertThat(parse().budget()).isEqualTo(new Budget(3, 9));
        assertThat(parse("--inference-budget", "tokens-per-day=7").budget()).isEqualTo(new Budget(3, 7));
        assertThat(parse("--inference", "provider=openai,model=other")
                        .routes()
                        .getFirst()
                        .model())
                .isEqualTo("other");
    }

    @Test
    void every_problem_of_a_file_is_told_with_its_place(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("r.yaml"),
                "routes:\n  - {provider_type: opanai, model: m}\n  - {provider_type: openai, model: m, api_key: "
                        + CANARY + "}\n");

        assertThatThrownBy(() -> parse("--inference-routes", file.toString())).hasMessageContaining("2 problems above");
        assertThat(screen.err())
                .contains("r.yaml:2:21: routes[0].provider_type: opanai", "r.yaml:3:39: routes[1].api_key: not shown")
                .doesNotContain(CANARY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider=openai | provider=NAME,model=NAME",
                "model=m | provider=NAME,model=NAME",
                "provider=opanai,model=m | did you mean 'openai'",
                "provider=openai,model=m,key=sk-secret | key: unknown key",
                "provider=openai,model=m,model=n | model=VALUE, once",
                "provider=openai,model= | model=VALUE, once",
                "provider=nvidia,model=m | key-env: NVIDIA_API_KEY is not set here",
                "provider=openai-compatible,model=m | endpoint: missing",
                "provider=openai,model=m,endpoint=ftp://x | endpoint: not a base URL",
                "provider=openai,model=m,timeout=0 | a whole number from 1",
                "provider=openai,model=m,key-file=/nonexistent | key-file: /nonexistent",
                "'' | unknown key",
            })
    void what_cannot_be_a_route_is_refused(String text, String expected) {
        assertThatThrownBy(() -> parse("--inference", text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(expected)
                .hasMessageNotContainingAny("sk-secret", CANARY);
    }

    @ParameterizedTest
    @CsvSource({
        "requests-per-minute=0",
        "tokens-per-day=-1",
        "tokens=5",
        "requests-per-minute=100001",
        "requests-per-minute"
    })
    void what_cannot_be_a_budget_is_refused(String text) {
        assertThatThrownBy(() -> parse("--inference-budget", text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--inference-budget");
    }

    @Test
    void a_file_and_routes_are_one_too_many() {
        assertThatThrownBy(() -> parse("--inference", "provider=openai,model=m", "--inference-routes", "x"))
                .hasMessage("--inference: beside --inference-routes (expected: one of them)");
        assertThatThrownBy(() -> parse("--inference-routes", "/nonexistent"))
                .hasMessageContaining("--inference-routes: /nonexistent (expected: a readable file)");
    }

    private InferenceSettings parse(String... arguments) throws CommandFailure {
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
        InferenceOptions.describe(spec);
        CommandLine.ParseResult parsed = new CommandLine(spec).parseArgs(arguments);
        return InferenceOptions.of(parsed, screen.session().with(List.of(), verbose), 125);
    }
}
