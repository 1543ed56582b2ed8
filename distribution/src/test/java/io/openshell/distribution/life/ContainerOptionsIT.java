package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.ContainerEngine.Kind;
import io.openshell.testkit.FakeRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the options of containers do, as an agent in one sees it, on both engines. */
@Tag("root")
class ContainerOptionsIT {

    private static final int REFUSED = 125;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeRoot() throws Exception {
        Programs.run(
                "mkdir -p image/bin image/etc && cp $(command -v busybox) image/bin/busybox"
                        + " && for each in sh cat id touch; do ln -s busybox image/bin/$each; done",
                folder);
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                filesystem_policy:
                  read_only: [/bin, /fixed]
                  read_write: [/data]
                """);
    }

    private Outcome run(Kind kind, String image, List<String> options, String script) throws Exception {
        ContainerEngine engine = ContainerEngine.shared(kind);
        List<String> arguments = new ArrayList<>(List.of("run", "--driver", name(kind), "--image", image));
        arguments.addAll(List.of("--policy", folder.resolve("policy.yaml").toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "sh", "-c", script));
        return Openshell.asRoot(folder)
                .environment(kind == Kind.DOCKER ? "DOCKER_HOST" : "CONTAINER_HOST", "unix://" + engine.socket())
                .run(arguments.toArray(String[]::new));
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_agent_gets_what_was_asked_for_and_only_that(Kind kind) throws Exception {
        assumeThat(ContainerEngine.missing(kind)).as("a container engine").isEmpty();
        ContainerEngine.shared(kind).importImage("openshell-it-options", folder.resolve("image"), "USER 1000");
        Path shown = Files.createDirectory(folder.resolve("shown"));
        Files.writeString(shown.resolve("file"), "from outside\n");
        Programs.run("chmod 777 shown && chmod 644 shown/file", folder);
        List<String> options = new ArrayList<>(List.of("--pull", "never", "--require-limits"));
        options.addAll(List.of("--mount", shown + ":/fixed:ro", "--mount", shown + ":/data"));
        options.addAll(List.of("--env", "GIVEN=yes", "--user", "1234:1235"));
        options.addAll(List.of("--pids", "99", "--memory", "64M", "--cpu", "0.5"));

        Outcome outcome = run(kind, "openshell-it-options", options, """
                cat /fixed/file; touch /data/made; touch /fixed/no; id -u; id -g; echo $GIVEN
                """);

        assertThat(outcome.text()).isEqualTo("from outside\n1234\n1235\nyes\n");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.errors()).contains("touch: /fixed/no: ");
        assertThat(shown.resolve("made")).exists();
        assertThat(shown.resolve("no")).doesNotExist();

        Outcome device = run(kind, "openshell-it-options", List.of("--gpu-device", "openshell.test/none=one"), "id");
        assertThat(device.status()).isEqualTo(REFUSED);
        assertThat(device.output()).isEmpty();
        assertThat(device.errors()).contains("openshell.test/none=one", "Container Device Interface");
        assertThat(ContainerEngine.shared(kind).curl("GET", "/v1.41/containers/json?all=true"))
                .doesNotContain("openshell-it-options");
    }

    @Test
    void without_a_driver_the_first_one_that_works_is_taken_and_each_says_why_it_does_not() throws Exception {
        assumeThat(ContainerEngine.missing(Kind.PODMAN))
                .as("a container engine")
                .isEmpty();
        ContainerEngine podman = ContainerEngine.shared(Kind.PODMAN);
        podman.importImage("openshell-it-options", folder.resolve("image"), "USER 1000");
        String nobody = "unix://" + folder.resolve("nobody.sock");
        Openshell found = Openshell.asRoot(folder)
                .environment("DOCKER_HOST", nobody)
                .environment("CONTAINER_HOST", "unix://" + podman.socket());
        Openshell lost =
                Openshell.asRoot(folder).environment("DOCKER_HOST", nobody).environment("CONTAINER_HOST", nobody);
        String[] run = {"run", "--image", "openshell-it-options", "--pull", "never", "--", "id", "-u"};

        Outcome taken = found.run(run);
        assertThat(taken.success()).isEqualTo("1000\n");
        assertThat(taken.errors()).contains("openshell: driver podman");

        Outcome none = lost.run(run);
        assertThat(none.status()).isEqualTo(REFUSED);
        assertThat(none.errors())
                .contains("error: driver: none that has images works here; docker: docker: " + folder)
                .contains("; podman: podman: " + folder, "see 'openshell doctor'");

        Outcome named = found.environment("OPENSHELL_DRIVER", "docker").run(run);
        assertThat(named.status()).isEqualTo(REFUSED);
        assertThat(named.errors())
                .contains("error: docker: " + folder, "DOCKER_HOST")
                .doesNotContain("podman");
        assertThat(found.run("run", "--", "/bin/true").errors()).contains("image: none (expected: one");
        assertThat(found.run("run", "--driver", "local", "--", "/bin/true").success())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_image_is_pulled_and_that_is_told(Kind kind) throws Exception {
        assumeThat(ContainerEngine.missing(kind)).as("a container engine").isEmpty();
        try (FakeRegistry registry = FakeRegistry.open()) {
            Files.writeString(folder.resolve("image/etc/unique"), folder.toString());
            registry.put("team/agent", folder.resolve("image"));
            String image = registry.reference("team/agent");

            Outcome never = run(kind, image, List.of("--pull", "never"), "echo ran");
            Outcome pulled = run(kind, image, List.of("--pull", "always"), "echo ran");

            assertThat(never.status()).isEqualTo(REFUSED);
            assertThat(never.output()).isEmpty();
            assertThat(never.errors()).contains("image: " + image + ": not there (expected: one that the engine has;");
            assertThat(pulled.success()).isEqualTo("ran\n");
            assertThat(pulled.errors()).contains("pulling " + image);
        }
    }
}
