package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.openshell.distribution.Lines;
import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An agent about to be run by the built distribution on a lab's user's machine: its policy, its options and its working
 * folder, which it sees as {@code /sandbox}.
 */
final class Agent {

    /** Where the distribution was built. */
    static final Path HOME = Path.of(System.getProperty("openshell.home"));

    private static final int PATIENCE_SECONDS = 120;

    private final NetworkLab lab;
    private final Path folder;
    private final Path workdir;
    private final List<Path> readOnly = new ArrayList<>();
    private final List<String> globalOptions = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private List<String> before = List.of();
    private boolean attached;
    private @Nullable Lines lines;

    /**
     * Runs with the restrictive default until a policy is given.
     *
     * @param folder empty, the test's own
     */
    Agent(NetworkLab lab, Path folder) throws IOException {
        this(lab, folder, true);
    }

    /** One that works in a folder of its image's. */
    static Agent withoutWorkdir(NetworkLab lab, Path folder) throws IOException {
        return new Agent(lab, folder, false);
    }

    private Agent(NetworkLab lab, Path folder, boolean hasWorkdir) throws IOException {
        this.lab = lab;
        this.folder = folder;
        this.workdir = Files.createDirectory(folder.resolve("work"));
        if (hasWorkdir) {
            option("--workdir", workdir.toString());
        }
        option("--events", folder.resolve("events.jsonl").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    }

    /** The folder that the agent sees as {@code /sandbox}. */
    Path workdir() {
        return workdir;
    }

    /** What {@code network_policies} holds, indented by two, on top of the usual folders. */
    Agent policy(String networkPolicies) throws IOException {
        return option(
                "--policy",
                Files.writeString(folder.resolve("policy.yaml"), policyText(networkPolicies))
                        .toString());
    }

    /** The whole of such a policy. */
    String policyText(String networkPolicies) {
        return """
                version: 1
                filesystem_policy:
                  include_workdir: true
                  read_only: [/usr, /bin, /sbin, /lib, /lib64, /etc, /proc, /dev/urandom%s]
                  read_write: [/tmp, /dev/null]
                network_policies:
                %s""".formatted(readOnly.stream().map(path -> ", " + path).collect(joining()), networkPolicies);
    }

    /** Lets the agent read a folder besides the usual ones; to be said before {@link #policy}. */
    Agent readOnly(Path path) {
        if (!path.startsWith("/usr")) {
            readOnly.add(path);
        }
        return this;
    }

    Agent option(String name, String value) {
        options.add(name);
        options.add(value);
        return this;
    }

    /** An option without a value. */
    Agent flag(String name) {
        options.add(name);
        return this;
    }

    Agent globalOption(String name, String value) {
        globalOptions.add(name);
        globalOptions.add(value);
        return this;
    }

    Agent environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Takes a variable away again. */
    Agent without(String name) {
        environment.remove(name);
        return this;
    }

    /** An option without a value, of OpenShell itself. */
    Agent globalOption(String name) {
        globalOptions.add(name);
        return this;
    }

    /** Puts a file of the test resources into the working folder. */
    Agent file(String resource) throws IOException {
        Programs.copy("/network/" + resource, workdir);
        return this;
    }

    /** Puts a text into the working folder, as a program. */
    Agent program(String name, String text) throws IOException {
        Path file = Files.writeString(workdir.resolve(name), text);
        file.toFile().setExecutable(true, false);
        return this;
    }

    /** Compiles a C program of the test resources into the working folder, without needing a library there. */
    Agent compiled(String resource) throws IOException, InterruptedException {
        file(resource);
        Path program = workdir.resolve(resource.replaceFirst("\\.c$", ""));
        Programs.run("cc -O1 -static -o " + program + " " + workdir.resolve(resource), workdir);
        return this;
    }

    /** Runs the command to its end. */
    Outcome run(String... command) throws IOException, InterruptedException {
        return start(command).outcome();
    }

    /** Runs a shell script to its end and gives back what it wrote. */
    String script(String text) throws IOException, InterruptedException {
        return run("/bin/sh", "-c", text).success();
    }

    /** Starts the command. */
    Running start(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(globalOptions);
        line.add("run");
        line.addAll(options);
        line.add("--");
        line.addAll(List.of(command));
        return openshell(line);
    }

    /** OpenShell is started by another program. */
    Agent through(String... command) {
        before = List.of(command);
        return this;
    }

    /** The command is talked to line by line: {@link Running#lines()}. */
    Agent conversing() {
        attached = true;
        return this;
    }

    /** The same, and the command outlasts openshell. */
    Agent outlasting() {
        options.add("--resumable");
        return conversing();
    }

    /** Takes over a sandbox whose openshell has died; its command is talked to as before. */
    Running resume(String name, String... options) throws IOException, InterruptedException {
        attached = false;
        List<String> arguments = new ArrayList<>(List.of("resume", name));
        arguments.addAll(List.of(options));
        return openshell(arguments);
    }

    private Running openshell(List<String> arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(HOME + "/bin/openshell"));
        line.addAll(arguments);
        Path errors = folder.resolve("errors.txt");
        List<String> command = new ArrayList<>(before);
        command.addAll(lab.command(line.toArray(String[]::new)));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENSHELL_") || name.startsWith("JAVA_"));
        builder.environment().putAll(environment);
        builder.redirectError(errors.toFile());
        if (attached) {
            lines = Lines.attach(builder, folder);
        }
        return new Running(builder.start(), lines);
    }

    /** The distribution with the agent in it. */
    final class Running {

        private final Process process;
        private final @Nullable Lines lines;

        private Running(Process process, @Nullable Lines lines) {
            this.process = process;
            this.lines = lines;
        }

        /** Its input and output, if it is talked to. */
        Lines lines() {
            return Objects.requireNonNull(lines, "conversing");
        }

        /** The process of OpenShell itself, or what it was started through. */
        Process process() {
            return process;
        }

        /** Waits for its end. */
        Outcome outcome() throws IOException, InterruptedException {
            process.getOutputStream().close();
            Thread watch = Thread.ofVirtual().start(this::endInTime);
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            int status = process.waitFor();
            watch.interrupt();
            return new Outcome(
                    status,
                    out,
                    Files.readString(folder.resolve("errors.txt")),
                    Events.read(folder.resolve("events.jsonl")));
        }

        private void endInTime() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroy();
                }
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * How it went.
     *
     * @param status the exit status of {@code openshell run}
     * @param out what the agent wrote
     * @param err what the agent and OpenShell wrote on standard error
     * @param events all events
     */
    record Outcome(int status, String out, String err, Events events) {

        /** The agent's output, once it is sure that it ended well. */
        String success() {
            if (status != 0) {
                throw new AssertionError(this);
            }
            return out;
        }
    }
}
