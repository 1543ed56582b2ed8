package io.openshell.cli;

import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.sandbox.SandboxReport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** The file of {@code run --attest}: what was enforced for a sandbox, and what was tried to prove it. */
final class AttestationFile {

    private static final String EXPECTED = " (expected: a file to write, in a folder that exists)";

    private AttestationFile() {}

    /**
     * Writes the file whole or not at all: whoever finds it finds all of it. Replaces an older one.
     *
     * @throws IOException with a message for the user
     */
    static void write(Path file, String sandbox, SandboxReport report) throws IOException {
        // A device or a link in its place is not what would be replaced.
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("--attest: " + file + ": not a regular file" + EXPECTED);
        }
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("--attest: " + file + EXPECTED);
        }
        try {
            Path whole = Files.createTempFile(folder, ".openshell-attest-", ".json");
            try {
                Files.writeString(whole, json(sandbox, report) + "\n");
                Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException e) {
            throw new IOException("--attest: " + file + ": " + reason(e) + EXPECTED, e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "a folder of its path is not there";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String json(String sandbox, SandboxReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sandbox", sandbox);
        json.put("kernel", report.kernel());
        json.put("launcher", report.launcher());
        json.put(
                "landlock",
                fields(
                        "abi", report.landlockAbi(),
                        "read_only_rules", report.readOnlyRules(),
                        "read_write_rules", report.readWriteRules()));
        json.put("filter", report.detail("seccomp"));
        json.put("not_applicable", report.attestation().notApplicable());
        json.put(
                "took_microseconds",
                TimeUnit.NANOSECONDS.toMicros(report.attestation().took().toNanos()));
        json.put(
                "attempts",
                report.attestation().attempts().stream()
                        .map(AttestationFile::attempt)
                        .toList());
        json.put("steps", report.steps().stream().map(AttestationFile::step).toList());
        json.put(
                "left_out",
                report.skipped().stream().map(AttestationFile::leftOut).toList());
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    private static Map<String, Object> attempt(Attempt attempt) {
        return fields(
                "name",
                attempt.name(),
                "expected",
                attempt.expected(),
                "came",
                attempt.came(),
                "outcome",
                attempt.outcome() == AttemptOutcome.AS_EXPECTED ? "as expected" : "not applicable");
    }

    private static Map<String, Object> step(Step step) {
        return fields("name", step.name(), "detail", step.detail());
    }

    private static Map<String, Object> leftOut(Skipped skipped) {
        return fields("path", skipped.path(), "reason", skipped.reason());
    }

    /** Keys and values in turn, in this order. */
    private static Map<String, Object> fields(Object... keysAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return fields;
    }
}
