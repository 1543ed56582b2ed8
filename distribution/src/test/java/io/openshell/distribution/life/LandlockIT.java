package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Landlock's two modes, on this kernel and on one that has none, and what is said of it. */
@Tag("root")
class LandlockIT {

    private static final Path NATIVE_TESTS = Path.of("../native/test");

    /** The machine's /dev as it is, with a GPU whose devices are null devices. */
    private static final String WITH_GPU = """
            mount -t tmpfs -o mode=755 tmpfs /mnt
            for device in null zero full random urandom tty; do cp -a /dev/$device /mnt; done
            for device in nvidiactl nvidia-uvm nvidia0; do mknod -m 666 /mnt/$device c 1 3; done
            mkdir /mnt/pts /mnt/shm
            mount -t devpts devpts /mnt/pts
            mount --move /mnt /dev
            exec "$0" "$@"
            """;

    @TempDir
    private static Path folder;

    private static final AtomicInteger RUNS = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(Account.class)
    void the_abi_and_the_counts_are_on_record(Account account) throws Exception {
        Run run = run(Openshell.of(account, fresh()), policy("best_effort", "/usr, /no/such/path"), "true");

        run.outcome().success();
        assertThat(run.events())
                .containsPattern(
                        "Landlock filesystem sandbox available .{0,5}abi:v\\d+ compat:best_effort ro:\\d+ rw:\\d+")
                .containsPattern(
                        "Applying Landlock filesystem sandbox .{0,5}abi:v\\d+ compat:best_effort ro:\\d+ rw:\\d+")
                .containsPattern("Landlock ruleset built .*rules_applied:\\d+ skipped:1 ro:\\d+ rw:\\d+")
                .doesNotContain("[HIGH]", "/no/such/path");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void paths_that_are_not_there_do_not_start_under_a_hard_requirement_unless_nobody_configured_them(Account account)
            throws Exception {
        Run refused = run(Openshell.of(account, fresh()), policy("hard_requirement", "/usr, /no/such/path"), "true");
        // The baseline has /app, which few machines have.
        Run started = run(Openshell.of(account, fresh()), policy("hard_requirement", "/usr, /dev/null"), "true");

        assertThat(refused.outcome().status()).isEqualTo(125);
        assertThat(refused.outcome().errors())
                .contains("Landlock path unavailable in hard_requirement mode: /no/such/path (path does not exist):"
                        + " No such file or directory");
        started.outcome().success();
    }

    @ParameterizedTest
    @CsvSource({
        "ROOT, 38, not implemented by this kernel",
        "ROOT, 95, not enabled at boot",
        "ROOT, 1, blocked",
        "ORDINARY, 38, not implemented by this kernel"
    })
    void without_landlock_best_effort_goes_on_with_a_finding_and_a_hard_requirement_does_not(
            Account account, String errno, String reason) throws Exception {
        Run went = run(without(account, errno), policy("best_effort", "/usr"), "sh", "-c", "echo x > /usr/x; ls /");
        Run refused = run(without(account, errno), policy("hard_requirement", "/usr"), "true");

        // What is not declared is not there: the private root does not need Landlock.
        assertThat(went.outcome().success()).contains("usr").doesNotContain("root", "home");
        assertThat(went.outcome().errors()).contains("Read-only file system");
        assertThat(went.events())
                .containsPattern(
                        "FINDING:\\w+ \\[HIGH\\] \"Landlock filesystem sandbox unavailable\" \\[confidence:high\\]")
                .doesNotContain("Landlock filesystem sandbox available", "ruleset built");
        assertThat(went.json())
                .contains(
                        "\"class_uid\":2004", "landlock-unavailable", reason, "\"is_alert\":true", "\"severity_id\":4");
        assertThat(refused.outcome().status()).isEqualTo(125);
        assertThat(refused.outcome().errors()).contains("Landlock unavailable in hard_requirement mode: " + reason);
    }

    @Test
    void a_configured_path_that_cannot_be_opened_is_a_finding_of_high_severity() throws Exception {
        Path place = fresh();
        Path closed = Files.createDirectories(place.resolve("closed/inner"));
        Programs.run("chmod 700 closed && chmod 755 closed/inner", place);

        Run run = run(Openshell.of(Account.ORDINARY, fresh()), policy("best_effort", "/usr, " + closed), "true");
        Run refused =
                run(Openshell.of(Account.ORDINARY, fresh()), policy("hard_requirement", "/usr, " + closed), "true");

        run.outcome().success();
        assertThat(run.events())
                .containsPattern("FINDING:\\w+ \\[HIGH\\] \"Skipping inaccessible path \\(best-effort\\)\"");
        assertThat(run.json()).contains("landlock-path-unavailable", closed.toString(), "permission denied");
        assertThat(refused.outcome().errors())
                .contains("Landlock path unavailable in hard_requirement mode: " + closed + " (permission denied)");
    }

    @ParameterizedTest
    @CsvSource({"link", "link/sub"})
    void a_read_write_path_with_a_link_in_it_is_refused(String path) throws Exception {
        Path place = fresh();
        Files.createDirectories(place.resolve("real/sub"));
        Files.createSymbolicLink(place.resolve("link"), Path.of("real"));
        String declared = place.resolve(path).toString();

        Run run = run(Openshell.asRoot(fresh()), policy("best_effort", "/usr").replace("/tmp", declared), "true");

        assertThat(run.outcome().status()).isEqualTo(125);
        assertThat(run.outcome().errors())
                .contains(declared + ": Too many levels of symbolic links", "give its target");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void the_work_folder_can_be_written_without_being_listed_if_the_policy_says_so(boolean included) throws Exception {
        String policy = policy("hard_requirement", included ? "/usr" : "/usr, /sandbox")
                .replace("include_workdir: true", "include_workdir: " + included);

        Run run = run(Openshell.asRoot(fresh()), policy, "sh", "-c", "echo x > /sandbox/file && cat /sandbox/file");

        assertThat(run.outcome().text()).isEqualTo(included ? "x\n" : "");
    }

    @Test
    void without_loopback_tcp_leads_to_the_proxy_only() throws Exception {
        String script = """
                import errno, socket
                for address in (('10.200.0.1', 3128), ('127.0.0.1', 8080), ('10.200.0.1', 80)):
                    try: socket.create_connection(address, 5).close(); print('done')
                    except OSError as e: print(errno.errorcode[e.errno])
                try: socket.create_server(('127.0.0.1', 8080)).close(); print('done')
                except OSError as e: print(errno.errorcode[e.errno])
                """;

        Run with = run(Openshell.asRoot(fresh()), policy("best_effort", "/usr, /etc"), "python3", "-c", script);
        Run without = run(
                Openshell.asRoot(fresh()),
                policy("best_effort", "/usr, /etc"),
                List.of("--no-loopback"),
                "python3",
                "-c",
                script);

        assertThat(with.outcome().success()).startsWith("done\nECONNREFUSED\n").endsWith("done\n");
        assertThat(without.outcome().success()).isEqualTo("done\nEACCES\nEACCES\nEACCES\n");
    }

    @Test
    void without_loopback_and_landlock_best_effort_goes_on_with_a_finding() throws Exception {
        Run run = run(without(Account.ROOT, "38"), policy("best_effort", "/usr"), List.of("--no-loopback"), "true");

        run.outcome().success();
        assertThat(run.events()).contains("[HIGH] \"TCP is not limited to the proxy by Landlock\"");
    }

    @Test
    void with_a_gpu_its_devices_can_be_used_and_proc_can_be_written() throws Exception {
        String script = """
                import errno, fcntl, os
                for name in ('nvidiactl', 'nvidia-uvm', 'nvidia0', 'null'):
                    fd = os.open('/dev/' + name, os.O_RDWR)
                    os.write(fd, b'x')
                    try: fcntl.ioctl(fd, 0x46d2)
                    except OSError as e: print(name, errno.errorcode[e.errno])
                open('/proc/self/comm', 'w').write('renamed')
                print(open('/proc/self/comm').read().strip())
                """;
        Openshell openshell = Openshell.asRoot(fresh()).through("unshare", "--mount", "sh", "-ec", WITH_GPU);

        Run run = run(openshell, policy("hard_requirement", "/usr, /proc"), "python3", "-c", script);

        // Landlock would answer EACCES, as it does for a device that takes no commands.
        assertThat(run.outcome().success())
                .isEqualTo("nvidiactl ENOTTY\nnvidia-uvm ENOTTY\nnvidia0 ENOTTY\nnull EACCES\nrenamed\n");
        assertThat(run.events())
                .containsPattern(
                        "Enriched policy with baseline filesystem paths for proxy mode .*/proc,.*/dev/nvidiactl");
    }

    private static String policy(String mode, String readOnly) {
        return """
                version: 1
                filesystem_policy:
                  include_workdir: true
                  read_only: [%s]
                  read_write: [/tmp]
                landlock: {compatibility: %s}
                """.formatted(readOnly, mode);
    }

    private Path fresh() throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve("r" + RUNS.getAndIncrement()));
        Programs.run("chmod 711 . ..", own);
        return own;
    }

    private Openshell without(Account account, String errno) throws IOException, InterruptedException {
        Path program = folder.resolve("without_landlock");
        if (!Files.exists(program)) {
            Programs.run(
                    "gcc -Wall -Werror -static -I "
                            + NATIVE_TESTS.resolve("../src").toRealPath() + " -o " + program + " "
                            + NATIVE_TESTS.resolve("without_landlock.c").toRealPath(),
                    folder);
        }
        return Openshell.of(account, fresh()).through(program.toString(), errno);
    }

    private Run run(Openshell openshell, String policy, String... command) throws Exception {
        return run(openshell, policy, List.of(), command);
    }

    private Run run(Openshell openshell, String policy, List<String> options, String... command) throws Exception {
        Path own = fresh();
        Path file = Files.writeString(own.resolve("policy.yaml"), policy);
        Programs.run("chmod 777 .", own);
        List<String> arguments = new ArrayList<>(List.of(
                "-v",
                "run",
                "--policy",
                file.toString(),
                "--events",
                own.resolve("events.jsonl").toString()));
        arguments.addAll(options);
        arguments.add("--");
        arguments.addAll(List.of(command));
        Outcome outcome = openshell.run(arguments.toArray(String[]::new));
        return new Run(outcome, Files.readString(own.resolve("events.jsonl")));
    }

    /**
     * How a run went.
     *
     * @param json its events
     */
    private record Run(Outcome outcome, String json) {

        /** The shorthand lines that {@code -v} shows. */
        String events() {
            return outcome.errors();
        }
    }
}
