package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a policy may let an agent be: never root, however that is written. */
final class ProcessIdentityTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root",
                "\"root\"",
                "'root'",
                "! root",
                "!!str root",
                "|\n    root",
                ">-\n    root",
                "\"r\\u006fot\"",
                "0",
                "00",
                "+0",
                "-0",
                "0x0",
                "0o0",
                "0b0",
                "0.0",
                ".0",
                "0e0",
                "1e0",
                "-1",
                "~",
                "null",
                "false",
                "[0]",
                "{}",
                "\"0\"",
                "\"00\"",
                "\"0000000000\"",
                "\"+0\"",
                "\"-0\"",
                "\" 0\"",
                "\"0 \"",
                "\"0\\t\"",
                "\"0x0\"",
                "\"0o0\"",
                "\"0.0\"",
                "\"0e0\"",
                "\"1e0\"",
                "\"-1\"",
                "\"01\"",
                "\"1_000\"",
                "\"1,000\"",
                "\"4294967295\"",
                "\"4294967296\"",
                "\"8589934592\"",
                "\"18446744073709551616\"",
                "\"99999999999\"",
                "\"٠\"",
                "\"０\"",
                "\"१\"",
                "\"１\"",
                "\" root\"",
                "\"root \"",
                "\"root\\n\"",
                "\"root:x\"",
                "\"rооt\"",
                "\"ｒｏｏｔ\"",
                "\"root/0\"",
                "\"@0\"",
                "\"#0\"",
                "\"-root\"",
                "\"0root\"",
                "\".\"",
                "\"..\""
            })
    void root_and_what_could_be_taken_for_it_is_refused(String spelling) {
        for (String key : new String[] {"run_as_user", "run_as_group"}) {
            LoadResult result = load("version: 1\nprocess:\n  " + key + ": " + spelling + "\n");

            assertThat(result).as(spelling).isInstanceOf(LoadResult.Invalid.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1000", "65534", "2147483648", "4294967294"})
    void ids_of_the_kernels_whole_range_are_taken(String id) {
        assertThat(identity("\"" + id + "\"")).isEqualTo(new ProcessIdentity(id, id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sandbox", "_apt", "www-data", "Alice", "a.b", "root2", "toor"})
    void names_are_taken_for_the_machine_to_look_up(String name) {
        assertThat(identity(name)).isEqualTo(new ProcessIdentity(name, name));
    }

    @Test
    void what_is_left_out_or_empty_is_sandbox() {
        assertThat(identity("\"\"")).isEqualTo(new ProcessIdentity("sandbox", "sandbox"));
        assertThat(loaded("version: 1\n").process()).isEqualTo(new ProcessIdentity("sandbox", "sandbox"));
        assertThat(loaded("version: 1\nprocess: {run_as_user: alice}\n").process())
                .isEqualTo(new ProcessIdentity("alice", "sandbox"));
    }

    private static ProcessIdentity identity(String spelling) {
        return loaded("version: 1\nprocess: {run_as_user: " + spelling + ", run_as_group: " + spelling + "}\n")
                .process();
    }

    private static Policy loaded(String text) {
        return switch (load(text)) {
            case LoadResult.Loaded loaded -> loaded.policy();
            case LoadResult.Invalid invalid -> throw new AssertionError(invalid.describe());
        };
    }

    private static LoadResult load(String text) {
        return new PolicyLoader(TestProtocols.catalog()).load(new PolicySource("policy.yaml", text));
    }
}
