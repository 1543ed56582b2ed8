package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder of the host as the agent's work folder: writable to the agent, unchanged in whose it is. */
@Tag("root")
class WorkdirIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "ROOT, 0, 755",
        "ROOT, 0, 700",
        "ROOT, 1234, 750",
        "ROOT, 65532, 500",
        "ORDINARY, 1000, 700",
    })
    void what_the_agent_writes_belongs_to_the_folders_owner(Account account, int owner, String mode) throws Exception {
        Path workdir = workdir("a work folder, with spaces", owner, "755");
        Programs.run("echo before > kept && chmod 600 kept && chown " + owner + ":" + owner + " kept", workdir);
        Programs.run("chmod " + mode + " .", workdir);
        String before = state(workdir);
        boolean writable = !mode.startsWith("5");

        Outcome outcome = Openshell.of(account, folder)
                .run(
                        "run",
                        "--workdir",
                        workdir.toString(),
                        "--",
                        "sh",
                        "-ec",
                        "pwd; id -un; stat -c %U . kept; cat kept; echo more >> kept;"
                                + (writable ? "mkdir -p made/deep; echo new > made/deep/file; ln -s kept link" : ""));

        assertThat(outcome.success()).isEqualTo("/sandbox\nsandbox\nsandbox\nsandbox\nbefore\n");
        assertThat(state(workdir)).isEqualTo(before);
        assertThat(workdir.resolve("kept")).hasContent("before\nmore");
        if (writable) {
            for (String made : new String[] {"made", "made/deep", "made/deep/file", "link"}) {
                assertThat(owner(workdir.resolve(made))).as(made).isEqualTo(owner + ":" + owner);
            }
            assertThat(workdir.resolve("made/deep/file")).hasContent("new");
        }
    }

    @Test
    void the_folder_may_be_the_current_one_or_a_link() throws Exception {
        Path workdir = workdir("work", 0, "755");
        Path link = Files.createSymbolicLink(folder.resolve("link"), workdir);

        assertThat(Openshell.asRoot(folder)
                        .run("run", "--workdir", "work", "--", "touch", "relative")
                        .status())
                .isZero();
        assertThat(Openshell.asRoot(folder)
                        .run("run", "--workdir", link.toString(), "--", "touch", "linked")
                        .status())
                .isZero();
        assertThat(workdir.toFile().list()).containsExactlyInAnyOrder("relative", "linked");
    }

    @Test
    void nothing_beside_the_folder_can_be_reached_through_it() throws Exception {
        Path workdir = workdir("work", 0, "755");
        Files.writeString(folder.resolve("beside"), "secret");
        Files.createSymbolicLink(workdir.resolve("up"), folder.resolve("beside"));
        Programs.run("chmod a+r ../beside", workdir);

        Outcome outcome = Openshell.asRoot(folder)
                .run("run", "--workdir", workdir.toString(), "--", "sh", "-c", "cat up ../beside /sandbox/../beside");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.text()).isEmpty();
    }

    @Test
    void a_set_uid_program_cannot_be_left_in_it() throws Exception {
        Path workdir = workdir("work", 0, "755");

        Outcome outcome = Openshell.asRoot(folder)
                .run(
                        "run",
                        "--workdir",
                        workdir.toString(),
                        "--",
                        "sh",
                        "-c",
                        "cp /usr/bin/id own; chmod u+s own; chmod 4755 own; install -m 6755 own other; ls");

        assertThat(outcome.text()).contains("own");
        try (var files = Files.list(workdir)) {
            for (Path file : files.toList()) {
                assertThat((int) Files.getAttribute(file, "unix:mode") & 07000)
                        .as(file.toString())
                        .isZero();
            }
        }
    }

    @Test
    void an_ordinary_users_folder_of_another_is_as_unwritable_as_before() throws Exception {
        Path workdir = workdir("roots", 0, "755");

        Outcome outcome = Openshell.of(Account.ORDINARY, folder)
                .run("run", "--workdir", workdir.toString(), "--", "touch", "file");

        assertThat(outcome.status()).isNotZero();
        assertThat(workdir).isEmptyDirectory();
    }

    private Path workdir(String name, int owner, String mode) throws Exception {
        Path workdir = Files.createDirectory(folder.resolve(name));
        Programs.run("chown " + owner + ":" + owner + " . && chmod " + mode + " .", workdir);
        return workdir;
    }

    private static String state(Path path) throws IOException {
        return owner(path) + " " + Integer.toOctalString((int) Files.getAttribute(path, "unix:mode"));
    }

    private static String owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }
}
