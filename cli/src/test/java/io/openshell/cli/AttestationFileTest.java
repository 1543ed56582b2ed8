package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.sandbox.Attestation;
import io.openshell.supervisor.sandbox.SandboxReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AttestationFileTest {

    private static final SandboxReport REPORT = new SandboxReport(
            "6.18.44",
            "0.1.0",
            7,
            4,
            2,
            List.of(new Step("network", "10.200.0.2"), new Step("seccomp", "561 instructions for 99 rules")),
            List.of(new Skipped("/app", "path does not exist", 2, Skipped.What.MOUNT)),
            new Attestation(
                    List.of(
                            new Attempt("mount", "EPERM from seccomp", "EPERM", AttemptOutcome.AS_EXPECTED),
                            new Attempt("UDP over IPv6", "ENETUNREACH", "no IPv6", AttemptOutcome.NOT_APPLICABLE)),
                    Duration.ofNanos(4_200_000)));

    @TempDir
    private Path folder;

    @Test
    void says_what_was_enforced_and_what_was_tried() throws Exception {
        Path file = folder.resolve("proof.json");
        AttestationFile.write(file, "calm-otter", REPORT);
        JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
        assertThat(json.get("sandbox").asString()).isEqualTo("calm-otter");
        assertThat(json.get("kernel").asString()).isEqualTo("6.18.44");
        assertThat(json.get("launcher").asString()).isEqualTo("0.1.0");
        assertThat(json.get("landlock").get("read_write_rules").asInt()).isEqualTo(2);
        assertThat(json.get("filter").asString()).isEqualTo("561 instructions for 99 rules");
        assertThat(json.get("took_microseconds").asLong()).isEqualTo(4_200);
        assertThat(json.get("not_applicable").asLong()).isEqualTo(1);
        assertThat(json.get("attempts")).hasSize(2);
        assertThat(json.get("attempts").get(0).toString())
                .isEqualTo("{\"name\":\"mount\",\"expected\":\"EPERM from seccomp\",\"came\":\"EPERM\","
                        + "\"outcome\":\"as expected\"}");
        assertThat(json.get("attempts").get(1).get("outcome").asString()).isEqualTo("not applicable");
        assertThat(json.get("steps")).hasSize(2);
        assertThat(json.get("left_out").get(0).get("path").asString()).isEqualTo("/app");
    }

    @Test
    void replaces_an_older_file_and_leaves_no_other() throws Exception {
        Path file = Files.writeString(folder.resolve("proof.json"), "old");
        AttestationFile.write(file, "box", REPORT);
        assertThat(file).content().startsWith("{").endsWith("}\n");
        assertThat(folder.toFile().list()).containsExactly("proof.json");
    }

    @Test
    void does_not_replace_what_is_no_file() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        for (Path wrong : List.of(link, folder, Path.of("/dev/null"), folder.resolve("no/such/folder"), Path.of("/"))) {
            assertThatThrownBy(() -> AttestationFile.write(wrong, "box", REPORT))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("--attest: " + wrong)
                    .hasMessageContaining("(expected: a file to write");
        }
        assertThat(folder.toFile().list()).containsExactly("link");
    }
}
