package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sandbox that runs cannot change. */
class FixedPartsTest {

    private static final String BASE = """
            version: 1
            filesystem_policy:
              include_workdir: true
              read_only: [/usr, /etc]
              read_write: [/tmp]
            process: {run_as_user: sandbox}
            """;

    @Test
    void the_same_parts_in_other_words_do_not_differ() {
        assertThat(differences("""
                version: 1
                landlock: {compatibility: best_effort}
                filesystem_policy:
                  include_workdir: true
                  read_write: [/tmp]
                  read_only: [/etc, /usr/]
                network_policies:
                  api:
                    endpoints: [{host: api.test, port: 443}]
                    binaries: [{path: /usr/bin/curl}]
                """)).isEmpty();
    }

    @Test
    void each_difference_is_named_with_what_was_expected() {
        assertThat(differences("""
                version: 1
                landlock: {compatibility: hard_requirement}
                filesystem_policy:
                  read_only: [/usr, /opt]
                  read_write: [/tmp, /var/x]
                process: {run_as_user: "1000", run_as_group: "1001"}
                """))
                .containsExactly(
                        "filesystem_policy.include_workdir: false (expected: true, as when the sandbox started)",
                        "filesystem_policy.read_only: /opt (expected: not listed, as when the sandbox started)",
                        "filesystem_policy.read_only: not listed (expected: /etc, as when the sandbox started)",
                        "filesystem_policy.read_write: /var/x (expected: not listed, as when the sandbox started)",
                        "landlock.compatibility: hard_requirement (expected: best_effort, as when the sandbox started)",
                        "process.run_as_user: 1000 (expected: sandbox, as when the sandbox started)",
                        "process.run_as_group: 1001 (expected: sandbox, as when the sandbox started)");
    }

    @Test
    void a_policy_without_those_parts_differs_too() {
        assertThat(differences("version: 1\n")).hasSize(4);
    }

    private static List<String> differences(String other) {
        return policy(BASE).fixedDifferences(policy(other));
    }

    private static Policy policy(String text) {
        LoadResult result = new PolicyLoader(InspectorCatalog.of(List.of())).load(new PolicySource("test", text));
        return ((LoadResult.Loaded) result).policy();
    }
}
