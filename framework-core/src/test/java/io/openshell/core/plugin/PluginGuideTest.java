package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.RequestInspector;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.testkit.contract.SampleRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin that the guide's tutorial makes does what the guide says. */
class PluginGuideTest {

    private static final Pattern FILE =
            Pattern.compile("^`([^`\\s]+)`\\n\\n```\\w*\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\w+)`(?:, `SOAPAction: (.*?)`)? \\| `(.*)` \\|$", Pattern.MULTILINE);

    private final Map<String, String> files = new LinkedHashMap<>();
    private String guide = "";

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @BeforeEach
    void read() throws IOException {
        guide = Files.readString(Path.of("../docs/plugin-guide.md"));
        Matcher file = FILE.matcher(guide);
        while (file.find()) {
            files.put(file.group(1), file.group(2));
        }
    }

    @Test
    void its_plugin_compiles_loads_and_gives_the_verdicts_of_its_table() throws IOException {
        writePlugin();
        try (PluginHost host = PluginHost.load(List.of(directory))) {
            LoadResult result = new PolicyLoader(host).load(new PolicySource("policy.yaml", file("policy.yaml")));
            assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
            RequestInspector inspector = (RequestInspector) ((LoadResult.Loaded) result)
                    .policy()
                    .network()
                    .rules()
                    .getFirst()
                    .endpoints()
                    .getFirst()
                    .inspector()
                    .orElseThrow();

            Matcher row = ROW.matcher(guide);
            int rows = 0;
            for (; row.find(); rows++) {
                SampleRequest request = SampleRequest.of(row.group(1), "/orders");
                String action = row.group(2);
                assertThat(inspector.inspect(action == null ? request : request.header("SOAPAction", action)))
                        .as(row.group())
                        .hasToString(row.group(3));
            }
            assertThat(rows).isEqualTo(5);
        }
    }

    @Test
    void its_contract_test_compiles_against_the_test_kit() throws IOException {
        PluginJar jar = plugin();
        String test = "src/test/java/com/example/soap/SoapContractTest.java";
        jar.wholeSource("com.example.soap.SoapContractTest", file(test)).writeTo(directory.resolve("with-tests.jar"));

        assertThat(directory.resolve("with-tests.jar")).isNotEmptyFile();
    }

    private void writePlugin() throws IOException {
        plugin().writeTo(directory.resolve("soap.jar"));
    }

    private PluginJar plugin() {
        PluginJar jar = PluginJar.empty("replaced");
        file("manifest.txt").lines().map(line -> line.split(": ", 2)).forEach(line -> jar.manifest(line[0], line[1]));
        jar.file(PluginJar.SERVICE, file("src/main/resources/" + PluginJar.SERVICE));
        files.forEach((name, text) -> {
            if (name.startsWith("src/main/java/")) {
                String type = name.substring("src/main/java/".length())
                        .replace(".java", "")
                        .replace('/', '.');
                jar.wholeSource(type, text);
            }
        });
        return jar;
    }

    private String file(String name) {
        return Objects.requireNonNull(files.get(name), name);
    }
}
