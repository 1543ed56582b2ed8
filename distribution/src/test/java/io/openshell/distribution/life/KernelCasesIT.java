package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cases of {@code docs/kernel-cases.md} that no other test has: one agent of each account tries them all. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KernelCasesIT {

    @TempDir
    private static Path rootsFolder;

    @TempDir
    private static Path ordinaryFolder;

    private final Map<Account, JsonNode> results = new TreeMap<>();

    @BeforeAll
    void an_agent_of_each_account_tries() throws Exception {
        results.put(Account.ROOT, explore(Account.ROOT, rootsFolder));
        results.put(Account.ORDINARY, explore(Account.ORDINARY, ordinaryFolder));
    }

    private static JsonNode explore(Account account, Path folder) throws Exception {
        Path workdir = Files.createDirectory(folder.resolve("work"));
        Path policy = Files.writeString(workdir.resolve("policy.yaml"), """
                version: 1
                filesystem_policy:
                  include_workdir: true
                  read_only: [/usr, /bin, /lib, /lib64, /etc, /proc]
                  read_write: [/tmp, /dev/null]
                """);
        Programs.copy("/life/kernel_cases.py", workdir);
        Programs.run("chown -R " + account.uid() + ":" + account.uid() + " .", workdir);
        String output = Openshell.of(account, folder)
                .run(
                        "run",
                        "--policy",
                        policy.toString(),
                        "--workdir",
                        workdir.toString(),
                        "--",
                        "/usr/bin/python3",
                        "/sandbox/kernel_cases.py")
                .success();
        return new JsonMapper().readTree(output);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void nothing_can_be_typed_into_a_terminal(Account account) {
        assertThat(of(account).properties())
                .filteredOn(each -> each.getKey().startsWith("TIOC"))
                .hasSize(8)
                .allSatisfy(each -> assertThat(each.getValue().asString()).isEqualTo("EPERM"));
    }

    /** A kernel without the 32-bit calls does not know the format. */
    @ParameterizedTest
    @EnumSource(Account.class)
    void a_32_bit_program_does_not_live(Account account) {
        if (System.getProperty("os.arch").equals("amd64")) {
            assertThat(of(account).get("32 bits").asString()).isIn("SIGSYS", "ENOEXEC");
        }
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void nothing_of_process_1_can_be_opened_and_the_program_not_written(Account account) {
        assertThat(of(account).properties())
                .filteredOn(each -> each.getKey().startsWith("process 1 "))
                .hasSize(16)
                .allSatisfy(each ->
                        assertThat(each.getValue().asString()).as(each.getKey()).isIn("EACCES", "EPERM"));
        assertThat(of(account).get("own program").asString()).isIn("EACCES", "EROFS", "ETXTBSY");
        assertThat(of(account).get("own program truncated").asString()).isIn("EACCES", "EROFS", "ETXTBSY");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void one_port_answers_and_nothing_else_listens(Account account) {
        assertThat(of(account).get("listeners")).isEmpty();
        assertThat(of(account).get("ports")).hasSize(1);
        assertThat(of(account).get("ports").get(0).asInt()).isEqualTo(3128);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void the_proxy_is_no_destination_of_its_own(Account account) {
        assertThat(of(account).get("proxy").properties())
                .hasSize(23)
                .allSatisfy(each -> assertThat(each.getValue().asString())
                        .as(each.getKey())
                        // Inference is the proxy's own, and refused request by request: see InferenceIT.
                        .matches(
                                each.getKey().equals("CONNECT inference.local:443")
                                        ? "HTTP/1.1 200 Connection Established"
                                        : "HTTP/1.1 (400|403|405|501) .*"));
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void what_is_writable_and_its_own_is_bounded(Account account) {
        assertThat(of(account).get("size /tmp").asDouble()).isBetween(0.01, 0.26);
        assertThat(of(account).get("size /dev/shm").asDouble()).isBetween(0.01, 0.26);
        assertThat(of(account).get("files /tmp").asLong()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void a_policy_that_the_agent_rewrites_changes_nothing(Account account) {
        assertThat(of(account).get("policy before").asString()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(of(account).get("policy after").asString()).isEqualTo("HTTP/1.1 403 Forbidden");
    }

    private JsonNode of(Account account) {
        return Objects.requireNonNull(results.get(account));
    }
}
