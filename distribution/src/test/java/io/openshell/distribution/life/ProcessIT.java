package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an agent's process is, by the kernel's account of it, and what it is refused. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessIT {

    /** The mission's "runtime unconditional syscall blocks", word for word. */
    private static final String UNCONDITIONAL = "memfd_create, ptrace, bpf, process_vm_readv, process_vm_writev,"
            + " pidfd_open, pidfd_getfd, pidfd_send_signal, io_uring_setup, mount, fsopen, fsconfig, fsmount, fspick,"
            + " move_mount, open_tree, setns, umount2, pivot_root, userfaultfd, perf_event_open";

    /** The mission's "conditional syscall blocks". */
    private static final List<String> CONDITIONAL = List.of(
            "execveat+AT_EMPTY_PATH",
            "unshare+CLONE_NEWUSER",
            "unshare+CLONE_NEWUSER|CLONE_NEWNET",
            "clone+CLONE_NEWUSER",
            "clone+CLONE_NEWUSER|CLONE_NEWNS",
            "seccomp+SECCOMP_SET_MODE_FILTER");

    private static final List<Integer> FAMILIES = List.of(1, 2, 10); // AF_UNIX, AF_INET, AF_INET6

    @TempDir
    private static Path rootsFolder;

    @TempDir
    private static Path ordinaryFolder;

    private final Map<Account, Map<String, String>> calls = new TreeMap<>();
    private final Map<Account, String> posture = new TreeMap<>();

    @BeforeAll
    void an_agent_of_each_account_makes_every_call() throws Exception {
        explore(Account.ROOT, rootsFolder);
        explore(Account.ORDINARY, ordinaryFolder);
    }

    private void explore(Account account, Path folder) throws Exception {
        Path workdir = Files.createDirectory(folder.resolve("work"));
        Programs.compile("/life/calls.c", workdir);
        Programs.run("chown -R " + account.uid() + ":" + account.uid() + " .", workdir);
        String output = Openshell.of(account, folder)
                .run(
                        "run",
                        "--workdir",
                        workdir.toString(),
                        "--",
                        "sh",
                        "-c",
                        "./calls; echo ===; cat /proc/$$/status; grep core /proc/$$/limits; ls /proc/$$/fd;"
                                + " id -u; id -g; id -G; cat /proc/$$/stat | cut -d' ' -f1,5,6")
                .success();
        String[] parts = output.split("===\n");
        Map<String, String> outcomes = new LinkedHashMap<>();
        parts[0].lines().forEach(line -> outcomes.put(line.split(" ")[0], line.split(" ", 2)[1]));
        calls.put(account, outcomes);
        posture.put(account, parts[1]);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void every_call_that_the_mission_forbids_fails_with_EPERM(Account account) {
        for (String call : Stream.concat(Stream.of(UNCONDITIONAL.split(", ")), CONDITIONAL.stream())
                .toList()) {
            assertThat(calls(account)).containsEntry(call, "EPERM");
        }
        assertThat(calls(account)).containsEntry("clone3", "ENOSYS");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void every_other_door_is_shut(Account account) {
        Map<String, String> doors = new LinkedHashMap<>(calls(account));
        doors.keySet().removeIf(name -> name.startsWith("family+") || name.equals("clone3"));
        doors.entrySet().removeIf(each -> each.getValue().equals("EPERM"));
        // In a user namespace there is no root to become.
        doors.entrySet()
                .removeIf(each -> each.getKey().matches("set(res)?[ug]id\\+0")
                        && each.getValue().equals("EINVAL"));

        // The other two ways into an x86 kernel.
        assertThat(doors)
                .containsExactlyEntriesOf(
                        System.getProperty("os.arch").equals("amd64")
                                ? new TreeMap<>(Map.of("int80", "SIGSYS", "x32", "ENOSYS"))
                                : Map.of());
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void sockets_are_of_three_families_and_never_raw(Account account) {
        IntStream.range(0, 48).forEach(family -> {
            String[] outcome =
                    String.valueOf(calls(account).get("family+" + family)).split(" ");
            boolean known = FAMILIES.contains(family);
            assertThat(outcome[0]).as("family " + family).isEqualTo(known ? "done" : "EPERM");
            assertThat(outcome[1]).as("raw, family " + family).isEqualTo("EPERM");
            assertThat(outcome[2])
                    .as("pair, family " + family)
                    .isIn(known ? List.of("done", "EOPNOTSUPP") : List.of("EPERM"));
        });
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void it_has_no_capability_and_cannot_get_one(Account account) {
        assertThat(posture(account))
                .contains(
                        "CapInh:\t0000000000000000\n",
                        "CapPrm:\t0000000000000000\n",
                        "CapEff:\t0000000000000000\n",
                        "CapBnd:\t0000000000000000\n",
                        "CapAmb:\t0000000000000000\n",
                        "NoNewPrivs:\t1\n");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void it_is_under_the_filter_and_leaves_no_core_dumps(Account account) {
        assertThat(posture(account)).contains("Seccomp:\t2\n").containsPattern("Max core file size +0 +0 +bytes");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void it_is_one_user_and_one_group_and_neither_is_root(Account account) {
        String uids = "Uid:\t65532\t65532\t65532\t65532\n";
        assertThat(posture(account))
                .contains(uids, uids.replace("Uid", "Gid"), "\n65532\n65532\n65532\n")
                .containsPattern("Groups:\t(65532)? \n");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void it_starts_with_three_descriptors_in_a_session_of_its_own(Account account) {
        String[] lines = posture(account).split("\n");

        assertThat(posture(account)).contains("bytes     \n0\n1\n2\n65532\n");
        // Its process group and its session, which it leads.
        assertThat(lines[lines.length - 1])
                .as("its number, its process group and its session are one")
                .matches("(\\d+) \\1 \\1");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void the_supervisors_threads_are_all_under_its_own_filter_meanwhile(Account account) throws Exception {
        Path folder = account == Account.ROOT ? rootsFolder : ordinaryFolder;
        Process process = Openshell.of(account, folder).start("run", "--", "sh", "-c", "echo up; read line");
        assertThat(process.inputReader().readLine()).isEqualTo("up");
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            assertThat(tasks.toList())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(task -> assertThat(Files.readString(task.resolve("status")))
                            .contains("Seccomp:\t2\n", "NoNewPrivs:\t1\n"));
        } finally {
            process.outputWriter().append('\n').close();
        }
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void the_agent_of_root_and_the_launcher_are_not_the_same_user() throws Exception {
        Process process = Openshell.asRoot(rootsFolder).start("run", "--", "sh", "-c", "echo up; read line");
        assertThat(process.inputReader().readLine()).isEqualTo("up");
        ProcessHandle agent = process.descendants()
                .filter(each -> each.children().findAny().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(uid(agent)).isEqualTo(65532);
        assertThat(uid(agent.parent().orElseThrow())).isZero();
        process.outputWriter().append('\n').close();
        assertThat(process.waitFor()).isZero();
    }

    private Map<String, String> calls(Account account) {
        return Objects.requireNonNull(calls.get(account));
    }

    private String posture(Account account) {
        return Objects.requireNonNull(posture.get(account));
    }

    private static int uid(ProcessHandle process) throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/" + process.pid()), "unix:uid");
    }
}
