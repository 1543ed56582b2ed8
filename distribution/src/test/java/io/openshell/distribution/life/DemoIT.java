package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guided tour comes out as its policy says, for root and for anybody else. */
@Tag("root")
class DemoIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Account.class)
    void every_scene_comes_out_as_the_policy_says(Account account) throws Exception {
        Outcome outcome = Openshell.of(account, folder).run("demo");

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.text())
                .contains("13 of 13 came out as the policy says.")
                .contains("Deny by default.")
                .contains("\"error\":\"policy_denied\"", "DELETE /repos/demo not permitted by policy")
                .contains("[policy:metadata_service engine:ssrf]")
                .doesNotContain("expected: the opposite", "not tried");
    }
}
