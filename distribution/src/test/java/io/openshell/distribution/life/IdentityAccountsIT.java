package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the agent is for each way to name an account, on a machine with accounts of the test's own; never root. */
@Tag("root")
class IdentityAccountsIT {

    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            toor:x:0:0:root too:/root:/bin/sh
            worker:x:1234:1235:in many groups:/home/worker:/bin/sh
            wrapped:x:4294967296:1:root to some readers:/:/bin/sh
            broken:x:zero:1:root to some readers:/:/bin/sh
            """;

    private static final String GROUP = """
            root:x:0:
            wheel:x:0:worker
            worker:x:1235:
            video:x:44:worker
            docker:x:999:worker
            wrapped:x:4294967296:
            """;

    /** Only the account files that this process and its children see are replaced. */
    private static final String WITH_ACCOUNTS = """
            mount --bind "$1" /etc/passwd
            mount --bind "$2" /etc/group
            shift 2
            exec "$@"
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "worker,         worker,         1234 1235 1235",
        "worker,         video,          1234 44 44",
        "worker,         sandbox,        1234 65532 65532",
        "'\"1234\"',     '\"44\"',       1234 44 44",
        "'\"1\"',        '\"1\"',        1 1 1",
        "'\"4294967294\"', '\"4294967294\"', 4294967294 4294967294 4294967294"
    })
    void an_agent_is_who_the_policy_says_with_one_group(String user, String group, String ids) throws Exception {
        assertThat(ids(run(user, group))).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource({"sandbox, 65532", "'\"1234\"', 1234", "'\"4294967294\"', 4294967294"})
    void without_root_too_an_agent_has_the_ids_that_the_policy_says(String spelling, String id) throws Exception {
        Openshell openshell = Openshell.of(Account.ORDINARY, folder);

        assertThat(ids(run(openshell, spelling, spelling))).isEqualTo(id + " " + id + " " + id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root", "toor", "\"0\"", "\"00\"", "\"+0\"", "\"-0\"", "\" 0\"", "\"0 \"", "\"0x0\"", "\"4294967295\"",
                "\"4294967296\"", "\"٠\"", "0", "0x0", "0o0", "0.0", "-0", "wrapped", "broken", "nosuch"
            })
    void root_is_no_user_in_any_spelling(String root) throws Exception {
        refused(run(root, "worker"), "run_as_user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "wheel", "\"0\"", "\"4294967296\"", "wrapped", "0", "nosuch"})
    void root_is_no_group_in_any_spelling(String root) throws Exception {
        refused(run("worker", root), "run_as_group");
    }

    private static void refused(Outcome outcome, String key) {
        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.text()).isEmpty();
        assertThat(outcome.errors()).contains("process." + key + ": ").contains("expected: ");
    }

    private static String ids(Outcome outcome) {
        return outcome.success().strip().replaceAll("\\s+", " ");
    }

    private Outcome run(String user, String group) throws Exception {
        Path passwd = Files.writeString(folder.resolve("passwd"), PASSWD);
        Path groups = Files.writeString(folder.resolve("group"), GROUP);
        Openshell openshell = Openshell.asRoot(folder)
                .through("unshare", "--mount", "sh", "-ec", WITH_ACCOUNTS, "sh", passwd.toString(), groups.toString());
        return run(openshell, user, group);
    }

    private Outcome run(Openshell openshell, String user, String group) throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"),
                "version: 1\nprocess:\n  run_as_user: " + user + "\n  run_as_group: " + group + "\n");
        return openshell.run("run", "--policy", policy.toString(), "--", "sh", "-c", "id -u; id -g; id -G");
    }
}
