package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file below {@code policy-load} is a case: a line on what it shows, {@code --- policy}, the policy, {@code
 * --- expected}, and all that the loader says, one a line: {@code loads} or {@code invalid}, then the problems or
 * warnings without the file's name.
 */
final class PolicyLoadScenariosTest {

    private static final String POLICY = "--- policy\n";
    private static final String EXPECTED = "--- expected\n";

    static Stream<Path> cases() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(PolicyLoadScenariosTest.class.getResource("/policy-load"));
        try (Stream<Path> files = Files.walk(Path.of(folder.toURI()))) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void says_exactly_what_the_case_expects(Path file) throws IOException {
        String text = Files.readString(file);
        int policy = text.indexOf(POLICY);
        int expected = text.indexOf(EXPECTED);
        assertThat(policy).as("'--- policy' in %s", file).isPositive();
        assertThat(expected).as("'--- expected' in %s", file).isGreaterThan(policy);

        String said = said(text.substring(policy + POLICY.length(), expected));
        assertThat(said).isEqualTo(text.substring(expected + EXPECTED.length()));
    }

    private static String said(String policy) {
        LoadResult result = new PolicyLoader(TestProtocols.catalog()).load(new PolicySource("policy.yaml", policy));
        return switch (result) {
            case LoadResult.Loaded loaded -> "loads\n" + lines(loaded.warnings());
            case LoadResult.Invalid invalid -> "invalid\n" + lines(invalid.problems());
        };
    }

    private static String lines(List<PolicyProblem> problems) {
        StringBuilder lines = new StringBuilder();
        problems.forEach(problem -> lines.append(problem.toString().substring("policy.yaml:".length()))
                .append('\n'));
        return lines.toString();
    }
}
