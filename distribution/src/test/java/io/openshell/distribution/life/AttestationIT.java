package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox has tried what is forbidden before the command runs, and {@code --attest} writes it down. That no mount or
 * process of it is left is {@link NothingLeftIT}'s.
 */
@Tag("root")
class AttestationIT {

    /** What issue and mission ask for by name; the launcher's own tests hold the whole list. */
    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("write to a file of a read-only path", "EACCES"),
            Map.entry("read a file outside", "EACCES"),
            Map.entry("truncate a file of a read-only path", "EACCES"),
            Map.entry("rename from a read-only to a read-write path", "EXDEV"),
            Map.entry("mount", "EPERM"),
            Map.entry("user namespace by unshare", "EPERM"),
            Map.entry("user namespace by clone3", "ENOSYS"),
            Map.entry("ptrace", "EPERM"),
            Map.entry("io_uring_setup", "EPERM"),
            Map.entry("netlink socket", "EPERM"),
            Map.entry("abstract Unix socket of another network namespace", "ECONNREFUSED"),
            Map.entry("TCP to another host", "ENETUNREACH"),
            Map.entry("core dump", "killed by SIGABRT"),
            Map.entry("write in a read-write path", "works"),
            Map.entry("connect to the gate", "works"));

    private static final long LIMIT_MICROSECONDS = 50_000;
    private static final int RUNS = 5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Account.class)
    void everything_comes_out_as_expected_and_no_file_is_left(Account account) throws Exception {
        Openshell openshell = Openshell.of(account, folder);
        Path file = folder.resolve("home/proof.json");
        Path workdir = folder.resolve("home/work");
        Programs.run("mkdir work && chown " + account.uid() + ":" + account.uid() + " work", folder.resolve("home"));

        Openshell.Outcome outcome = openshell.run(
                "run",
                "-v",
                "--attest",
                file.toString(),
                "--workdir",
                workdir.toString(),
                "--",
                "sh",
                "-c",
                "ls -A /sandbox /dev/shm /tmp");

        assertThat(outcome.success().lines()).containsExactly("/dev/shm:", "", "/sandbox:", "", "/tmp:");
        assertThat(outcome.errors())
                .containsPattern("CONFIG:VALIDATED \\[INFO] Sandbox attestation passed"
                        + " \\[attempts:\\d+ not_applicable:\\d+ took:\\d+ms]")
                .doesNotContain("DENIED", "BLOCKED");
        JsonNode json = read(file);
        Map<String, String> came = came(json, "as expected");
        EXPECTED.forEach((name, what) -> assertThat(came).containsEntry(name, what));
        assertThat(came)
                .containsEntry(
                        account == Account.ROOT ? "setuid(0)" : "setuid(0) in a user namespace",
                        account == Account.ROOT ? "EPERM" : "EINVAL");
        assertThat(came.keySet()).anyMatch(name -> name.startsWith("system call pivot_root"));
        assertThat(came.size() + came(json, "not applicable").size())
                .isEqualTo(json.get("attempts").size());
        assertThat(json.get("launcher").asString()).isNotEmpty();
        assertThat(json.get("kernel").asString()).isEqualTo(System.getProperty("os.version"));
        assertThat(Programs.run("stat -c %u proof.json", folder.resolve("home")).strip())
                .isEqualTo(Integer.toString(account.uid()));
    }

    /** The best of several: the machine may be busy with other things. */
    @ParameterizedTest
    @EnumSource(Account.class)
    void it_takes_less_than_fifty_milliseconds(Account account) throws Exception {
        Openshell openshell = Openshell.of(account, folder);
        Path file = folder.resolve("home/proof.json");
        List<Long> took = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            openshell.run("run", "--attest", file.toString(), "--", "true").success();
            took.add(read(file).get("took_microseconds").asLong());
        }
        assertThat(took.stream().min(Long::compare).orElseThrow()).isPositive().isLessThan(LIMIT_MICROSECONDS);
    }

    @Test
    void a_proof_that_cannot_be_written_stops_the_run() throws Exception {
        Openshell openshell = Openshell.of(Account.ORDINARY, folder);
        Path ran = folder.resolve("home/ran");
        Programs.run("mkdir -m 777 ran", folder.resolve("home"));
        for (String wrong : List.of("/no/such/folder/proof.json", "/etc/proof.json", "/dev/null", "/")) {
            Openshell.Outcome outcome = openshell.run(
                    "run", "--attest", wrong, "--workdir", ran.toString(), "--", "touch", "/sandbox/it-ran");
            assertThat(outcome.status()).isEqualTo(125);
            assertThat(outcome.errors()).contains("error: --attest: " + wrong).contains("(expected: a file to write");
        }
        assertThat(ran).isEmptyDirectory();
    }

    private static Map<String, String> came(JsonNode json, String outcome) {
        Map<String, String> came = new TreeMap<>();
        for (JsonNode attempt : json.get("attempts")) {
            if (attempt.get("outcome").asString().equals(outcome)) {
                came.put(attempt.get("name").asString(), attempt.get("came").asString());
            }
        }
        return came;
    }

    private static JsonNode read(Path file) throws IOException {
        return JsonMapper.builder().build().readTree(Files.readString(file));
    }
}
