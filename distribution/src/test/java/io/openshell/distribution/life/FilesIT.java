package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an agent sees of the machine's files, and what it cannot do to them: one agent of each account tries it all. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesIT {

    private static final String MARK = "openshell-agent-was-here";
    private static final List<String> REFUSED = List.of("EACCES", "EPERM", "EROFS", "EXDEV", "EBUSY", "ELOOP");

    @TempDir
    private static Path rootsFolder;

    @TempDir
    private static Path ordinaryFolder;

    @TempDir
    private static Path declared;

    private final Map<Account, JsonNode> results = new TreeMap<>();
    private final Map<Account, Path> secrets = new TreeMap<>();
    private final Map<String, String> etcBefore = new TreeMap<>();
    private final Map<String, String> etcAfter = new TreeMap<>();

    @BeforeAll
    void an_agent_of_each_account_looks_around_and_tries() throws Exception {
        Files.writeString(declared.resolve("file"), "of the host");
        Programs.run("chmod -R a+rX .", declared);
        etcBefore.putAll(etc());
        results.put(Account.ROOT, explore(Account.ROOT, rootsFolder));
        results.put(Account.ORDINARY, explore(Account.ORDINARY, ordinaryFolder));
        etcAfter.putAll(etc());
    }

    private JsonNode explore(Account account, Path folder) throws Exception {
        Openshell openshell = Openshell.of(account, folder);
        Path home = folder.resolve("home");
        Path secret = Files.writeString(home.resolve("secret"), "of its owner");
        Programs.run("chown " + account.uid() + " secret", home);
        secrets.put(account, secret);
        Path undeclared = Files.writeString(folder.resolve("undeclared"), "for everybody on this machine");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                filesystem_policy:
                  include_workdir: true
                  read_only: [/usr, /bin, /lib, /lib64, /etc, /proc, %s]
                  read_write: [/tmp, /dev/null]
                """.formatted(declared));
        byte[] script = Objects.requireNonNull(FilesIT.class.getResourceAsStream("/life/files.py"))
                .readAllBytes();
        String output = openshell
                .input(script)
                .run(
                        "run",
                        "--name",
                        "box",
                        "--policy",
                        policy.toString(),
                        "--add-host",
                        "added.example.com:203.0.113.9",
                        "--",
                        "/usr/bin/python3",
                        "-",
                        names("/"),
                        names("/dev"),
                        declared.toString(),
                        undeclared.toString(),
                        home.toString())
                .success();
        return new JsonMapper().readTree(output);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void no_mount_but_the_declared_and_its_own_is_there_and_few_can_be_written(Account account) {
        Map<String, String> mounts = new TreeMap<>();
        of(account)
                .get("mounts")
                .properties()
                .forEach(each -> mounts.put(each.getKey(), each.getValue().asString()));

        assertThat(mounts)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("/", "ro"),
                        Map.entry("/usr", "ro"),
                        Map.entry("/etc", "ro"),
                        Map.entry("/var/log", "ro"),
                        Map.entry(declared.toString(), "ro"),
                        Map.entry("/tmp", "rw"),
                        Map.entry("/sandbox", "rw"),
                        Map.entry("/proc", "rw"),
                        Map.entry("/dev", "ro"),
                        Map.entry("/dev/null", "rw"),
                        Map.entry("/dev/zero", "rw"),
                        Map.entry("/dev/full", "rw"),
                        Map.entry("/dev/random", "rw"),
                        Map.entry("/dev/urandom", "rw"),
                        Map.entry("/dev/tty", "rw"),
                        Map.entry("/dev/pts", "rw"),
                        Map.entry("/dev/shm", "rw"))));
        assertThat(of(account).get("suid mounts")).isEmpty();
        assertThat(of(account).get("device mounts"))
                .allMatch(path -> path.asString().startsWith("/dev"));
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void of_the_top_of_the_machine_only_declared_names_are_there(Account account) {
        List<String> expected = Stream.of(
                        "app", "bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "tmp", "usr", "var")
                .filter(name -> new File("/" + name).exists())
                .toList();

        assertThat(strings(account, "top")).isEqualTo(expected);
        assertThat(of(account).get("list root").asString()).isEqualTo("EACCES");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void of_the_devices_of_the_machine_only_harmless_ones_are_there(Account account) {
        assertThat(strings(account, "devices"))
                .isSubsetOf(
                        "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty",
                        "urandom", "zero");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void nothing_of_another_can_be_read(Account account) {
        assertThat(outcomes(account, "read /"))
                .hasSizeGreaterThan(25)
                .allSatisfy((path, outcome) -> assertThat(outcome).as(path).isIn("EACCES", "EPERM", "ENOENT", "EIO"));
        assertThat(of(account).get("read declared").asString()).isEqualTo("of the host");
        assertThat(Objects.requireNonNull(secrets.get(account))).hasContent("of its owner");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void what_is_read_only_cannot_be_changed_in_any_way(Account account) {
        for (String place : List.of("usr: ", "etc: ", "declared: ", "own trust: ", "root: ")) {
            assertThat(outcomes(account, place))
                    .hasSize(place.equals("root: ") ? 9 : 22)
                    .allSatisfy((way, outcome) -> assertThat(outcome).as(way).isIn(REFUSED));
        }
        assertThat(declared.resolve("file")).hasContent("of the host");
        assertThat(declared).isDirectoryNotContaining(path -> !path.endsWith("file"));
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void what_concerns_the_whole_machine_cannot_be_set(Account account) {
        assertThat(outcomes(account, "write /"))
                .hasSize(8)
                .allSatisfy((path, outcome) -> assertThat(outcome).as(path).isIn("EACCES", "EPERM", "EROFS", "ENOENT"));
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void temporary_and_work_folders_are_its_own_and_go_with_it(Account account) {
        assertThat(strings(account, "tmp"))
                .containsExactly(declared.getFileName().toString());
        assertThat(strings(account, "sandbox")).isEmpty();
        assertThat(new File("/tmp", MARK)).doesNotExist();
        assertThat(new File("/sandbox", MARK)).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void no_process_but_its_own_is_there(Account account) {
        assertThat(of(account).get("pids")).hasSizeBetween(2, 3);
        assertThat(of(account).get("pids").get(0).asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void it_is_the_sandbox_account_at_home_in_the_work_folder(Account account) {
        assertThat(strings(account, "account"))
                .containsExactly("sandbox", "sandbox", "/sandbox", "/sandbox", "sandbox", "/sandbox");
        assertThat(strings(account, "accounts")).containsExactly("nobody", "root", "sandbox");
        assertThat(of(account).get("host name").asString()).isEqualTo("box");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void an_added_host_has_its_address(Account account) {
        assertThat(of(account).get("added host").asString()).isEqualTo("203.0.113.9");
    }

    @Test
    void the_machines_own_etc_is_as_before() {
        assertThat(etcAfter).isEqualTo(etcBefore).hasSizeGreaterThan(10);
    }

    private JsonNode of(Account account) {
        return Objects.requireNonNull(results.get(account));
    }

    private List<String> strings(Account account, String name) {
        return of(account).get(name).valueStream().map(JsonNode::asString).toList();
    }

    private Map<String, String> outcomes(Account account, String prefix) {
        Map<String, String> found = new TreeMap<>();
        of(account).properties().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .forEach(each -> found.put(each.getKey(), each.getValue().asString()));
        return found;
    }

    private static String names(String directory) {
        return String.join(" ", Objects.requireNonNull(new File(directory).list()));
    }

    private static Map<String, String> etc() throws Exception {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("/etc"))) {
            for (Path file : files.toList()) {
                state.put(
                        file.toString(),
                        Files.readAttributes(file, "unix:mode,uid,gid,size,ctime", LinkOption.NOFOLLOW_LINKS)
                                .toString());
            }
        }
        return state;
    }
}
