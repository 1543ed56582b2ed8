package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Other policies for a sandbox that runs; what they do to connections is tested with the whole distribution. */
@Tag("root")
final class PolicyReplacementTest {

    private static final String FIXED = """
            version: 1
            filesystem_policy:
              read_only: [/usr, /bin, /lib, /lib64, /etc]
              read_write: [/tmp]
            """;

    private Sandboxes sandboxes;
    private RunningSandbox sandbox;

    @BeforeEach
    void open() throws Exception {
        sandboxes = Sandboxes.open();
        sandbox = sandboxes.supervisor().create(SandboxSpec.local("box", Sandboxes.policy(FIXED)));
    }

    @AfterEach
    void close() {
        sandbox.close();
        sandboxes.close();
    }

    @Test
    void each_policy_that_takes_over_is_the_next_generation() throws Exception {
        assertThat(sandbox.replacePolicy(load(FIXED + network("/usr/bin/env")))).isTrue();
        assertThat(sandbox.replacePolicy(load(FIXED + network("/usr/bin/id")))).isTrue();

        assertThat(policyEvents())
                .satisfiesExactly(
                        it -> assertThat(it).contains("Policy loaded", "version:1"),
                        it -> assertThat(it).contains("Policy change detected", "version:1", "policy:p.yaml"),
                        it -> assertThat(it).contains("CONFIG:LOADED", "Policy reloaded successfully", "version:2"),
                        it -> assertThat(it).contains("Policy change detected", "version:2"),
                        it -> assertThat(it).contains("Policy reloaded successfully", "version:3"));
    }

    @Test
    void the_same_in_other_words_is_no_new_generation() throws Exception {
        assertThat(sandbox.replacePolicy(load("# said before\n" + FIXED))).isTrue();

        assertThat(policyEvents().getLast()).contains("Policy means the same as before", "version:1");
    }

    @Test
    void what_the_kernel_enforces_cannot_be_changed() throws Exception {
        assertThat(sandbox.replacePolicy(load(FIXED.replace("/tmp]", "/tmp, /var/tmp]"))))
                .isFalse();

        assertThat(policyEvents())
                .anySatisfy(it -> assertThat(it)
                        .contains(
                                "[MED]",
                                "cannot be changed on a live sandbox",
                                "filesystem_policy.read_write: /var/tmp"))
                .last()
                .asString()
                .contains("Policy not reloaded", "version:1");
    }

    @Test
    void every_problem_of_a_policy_is_on_record() throws Exception {
        assertThat(sandbox.replacePolicy(load(FIXED + "one: 1\ntwo: 2\n"))).isFalse();

        assertThat(policyEvents())
                .filteredOn(it -> it.contains("Policy refused"))
                .hasSize(2);
        assertThat(policyEvents().getLast()).contains("Policy not reloaded", "2 problems", "version:1");
    }

    @Test
    void a_policy_that_is_not_to_be_had_changes_nothing() {
        sandbox.policyMissing("p.yaml: not there");

        assertThat(policyEvents().getLast()).contains("Policy not reloaded", "p.yaml: not there", "version:1");
    }

    private List<String> policyEvents() {
        return sandboxes.events().stream()
                .filter(it -> it.contains("] Policy "))
                .toList();
    }

    private static LoadResult load(String text) {
        return new PolicyLoader(InspectorCatalog.of(List.of())).load(new PolicySource("p.yaml", text));
    }

    private static String network(String binary) {
        return """
                network_policies:
                  api:
                    endpoints: [{host: api.test, port: 443}]
                    binaries: [{path: %s}]
                """.formatted(binary);
    }
}
