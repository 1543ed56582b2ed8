package io.openshell.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that a lab has started: spoken to line by line, ended with the lab. */
final class LabProcess implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final Process process;
    private final Path errors;
    private final BufferedReader out;
    private final BufferedWriter in;

    private LabProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    static LabProcess start(List<String> command) throws IOException {
        Path errors = Files.createTempFile("network-lab", ".err");
        return new LabProcess(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    /** Runs a command that must succeed. */
    static void run(String... command) throws IOException {
        output(List.of(command));
    }

    /** Runs a command that must succeed, and says what it wrote. */
    static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (exitCode(process) != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.strip());
        }
        return output;
    }

    /** Runs a command that may fail, as when what it removes is not there. */
    static void tryRun(String... command) {
        try {
            run(command);
        } catch (IOException failed) {
            // said so in the name
        }
    }

    /** Sends a line and waits for its answer. */
    String ask(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
        return readAnswer();
    }

    /** Waits for an answer. */
    String readAnswer() throws IOException {
        String answer = out.readLine();
        if (answer == null || !answer.startsWith("ok ")) {
            throw new IOException("lab: " + (answer == null ? complaint() : answer));
        }
        return answer.substring(3);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it said on its error output. */
    String complaint() {
        try {
            return Files.readString(errors);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(errors);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException leftover) {
            // a temporary file stays
        }
    }

    private static int exitCode(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
