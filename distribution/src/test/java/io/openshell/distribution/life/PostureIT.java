package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every process of a run is as {@code src/test/resources/life/posture} says, line by line: whatever the kernel says of
 * one more, less or otherwise fails. What was found is left in {@code target/posture}.
 */
@Tag("root")
class PostureIT {

    private static final Path FOUND = Path.of("target/posture");
    private static final String PROGRAM = "/posture_agent";

    @TempDir
    private Path folder;

    /** Ways to run an agent, each by one of the accounts, and written down where it differs from the account's usual one. */
    enum Configuration {
        ROOT(Account.ROOT),
        ORDINARY(Account.ORDINARY),
        ROOT_TERMINAL(Account.ROOT),
        ORDINARY_TERMINAL(Account.ORDINARY),
        ROOT_WORKDIR(Account.ROOT),
        ORDINARY_WORKDIR(Account.ORDINARY),
        ROOT_HARD_REQUIREMENT(Account.ROOT),
        ORDINARY_HARD_REQUIREMENT(Account.ORDINARY),
        ROOT_NO_PATHS(Account.ROOT),
        ORDINARY_NO_PATHS(Account.ORDINARY);

        private final Account account;

        Configuration(Account account) {
            this.account = account;
        }

        boolean is(String what) {
            return name().endsWith(what);
        }

        String directory() {
            return directory(name());
        }

        String usual() {
            return directory(account.name());
        }

        private static String directory(String name) {
            return name.toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @ParameterizedTest
    @EnumSource(Configuration.class)
    void every_process_is_as_written(Configuration configuration) throws Exception {
        Map<String, List<String>> found = new Run(configuration, folder).processes();

        List<String> differences = new ArrayList<>();
        for (String process : PostureProcesses.NAMES) {
            List<String> lines = found.getOrDefault(process, List.of());
            Path copy = FOUND.resolve(configuration.directory()).resolve(process + ".txt");
            Files.createDirectories(copy.getParent());
            Files.write(copy, lines);
            differences.addAll(differences(
                    process, PostureExpectation.of(configuration.directory(), configuration.usual(), process), lines));
        }
        assertThat(differences)
                .as("lines not as in %s", configuration.directory())
                .isEmpty();
    }

    @Test
    void every_text_is_of_a_process_of_a_configuration() throws Exception {
        List<String> known = Stream.of(Configuration.values())
                .flatMap(each -> PostureProcesses.NAMES.stream().map(name -> each.directory() + "/" + name + ".txt"))
                .toList();
        Path root = Path.of("src/test/resources/life/posture");
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString()))
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
    }

    /** Order matters, too: the texts are compared whole, and this only makes a failure short to read. */
    private static List<String> differences(String process, List<String> expected, List<String> found) {
        if (expected.equals(found)) {
            return List.of();
        }
        List<String> more = new ArrayList<>(found);
        expected.forEach(more::remove);
        List<String> missing = new ArrayList<>(expected);
        found.forEach(missing::remove);
        List<String> differences = new ArrayList<>();
        differences.add(process + ": not as written, " + more.size() + " lines more, " + missing.size() + " missing");
        more.forEach(line -> differences.add(process + ": found    " + line));
        missing.forEach(line -> differences.add(process + ": expected " + line));
        return differences;
    }

    /** One agent, from its start until it was looked at. */
    private record Run(Configuration configuration, Path folder) {

        Map<String, List<String>> processes() throws Exception {
            Path here = Files.createDirectory(folder.resolve("here"));
            Process process =
                    new ProcessBuilder(command(here)).directory(here.toFile()).start();
            ProcessHandle run = process.toHandle();
            try {
                if (configuration.is("NO_PATHS")) {
                    process.getOutputStream().write(Files.readAllBytes(here.resolve("programs" + PROGRAM)));
                    process.getOutputStream().close();
                }
                assertThat(process.inputReader().readLine()).isEqualTo("up");
                Map<String, Long> found = PostureProcesses.of(run);
                PostureNames names = new PostureNames(here, found);
                Map<String, List<String>> rendered = new LinkedHashMap<>();
                found.forEach((name, pid) -> rendered.put(name, PostureProcess.lines(name, pid, names)));
                return rendered;
            } finally {
                run.descendants().filter(PostureProcesses::isSupervisor).forEach(ProcessHandle::destroy);
                process.destroy();
                process.waitFor();
            }
        }

        private List<String> command(Path here) throws Exception {
            Openshell openshell = Openshell.of(configuration.account, here);
            Path programs = Files.createDirectory(here.resolve("programs"));
            Programs.compile("/life" + PROGRAM + ".c", programs);
            Programs.run("chmod 711 ../.. && chmod 755 .", programs);
            List<String> arguments = new ArrayList<>(List.of(
                    "run", "--name", "box", "--policy", policy(here, programs).toString()));
            if (configuration.is("WORKDIR")) {
                Path work = Files.createDirectory(here.resolve("work"));
                Programs.run("chown " + configuration.account.uid() + ":" + configuration.account.uid() + " .", work);
                arguments.addAll(List.of("--workdir", work.toString()));
            }
            arguments.add("--");
            String start = "cat > /tmp/agent; chmod 755 /tmp/agent; exec /tmp/agent";
            arguments.addAll(configuration.is("NO_PATHS") ? List.of("sh", "-c", start) : List.of(programs + PROGRAM));
            List<String> command = new ArrayList<>();
            if (configuration.is("TERMINAL")) {
                openshell.environment("TERM", "xterm");
                command.addAll(List.of("python3", "-c", "import pty, sys; pty.spawn(sys.argv[1:])"));
            }
            command.addAll(openshell.command(arguments.toArray(String[]::new)));
            return command;
        }

        private Path policy(Path here, Path programs) throws Exception {
            String paths = """
                    filesystem_policy:
                      include_workdir: true
                      read_only: [/usr, /bin, /lib, /lib64, /etc, /proc, %s]
                      read_write: [/tmp, /dev/null]
                    """.formatted(programs);
            return Files.writeString(
                    here.resolve("policy.yaml"),
                    "version: 1\n" + (configuration.is("NO_PATHS") ? "" : paths)
                            + (configuration.is("HARD_REQUIREMENT")
                                    ? "landlock: {compatibility: hard_requirement}\n"
                                    : ""));
        }
    }
}
