package io.openshell.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built distribution, as somebody runs it: with an environment of its own, of which nothing is ours. */
public final class Openshell {

    /** Where the distribution was built. */
    public static final Path HOME = Path.of(System.getProperty("openshell.home"));

    /** What is root in every sandbox, for the ordinary account too. */
    public static final String LAUNCHER =
            HOME.resolve("native/openshell-launcher").toString();

    private static final int PATIENCE_SECONDS = 120;

    private final Path folder;
    private final List<String> become;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> before = new ArrayList<>();
    private Path program = HOME.resolve("bin/openshell");
    private byte[] input = {};

    private Openshell(Path folder, List<String> become) {
        this.folder = folder;
        this.become = become;
    }

    /**
     * For an account that gets a home and a runtime directory of its own.
     *
     * @param folder the test's own; the account can pass through it afterwards
     */
    public static Openshell of(Account account, Path folder) throws IOException, InterruptedException {
        return settled(account, folder, account.become());
    }

    /** As {@link #of}, for tests that become the account by what they go {@link #through}. */
    public static Openshell withHomeOf(Account account, Path folder) throws IOException, InterruptedException {
        return settled(account, folder, List.of());
    }

    private static Openshell settled(Account account, Path folder, List<String> become)
            throws IOException, InterruptedException {
        Openshell openshell = new Openshell(folder, become);
        Path home = folder.resolve("home");
        Path runtime = folder.resolve("runtime");
        if (!Files.exists(home)) {
            Programs.run("chmod 711 . && mkdir -m 700 home runtime", folder);
        }
        Programs.run("chown " + account.uid() + ":" + account.uid() + " home runtime", folder);
        return openshell
                .environment("HOME", home.toString())
                .environment("XDG_RUNTIME_DIR", runtime.toString())
                .environment("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
                .environment("JAVA_HOME", System.getProperty("java.home"));
    }

    /** For root. */
    public static Openshell asRoot(Path folder) throws IOException, InterruptedException {
        return of(Account.ROOT, folder);
    }

    /** Sets a variable. */
    public Openshell environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What it reads on standard input; nothing until this is called. */
    public Openshell input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    /** Another distribution than the one that was built. */
    public Openshell home(Path home) {
        program = home.resolve("bin/openshell");
        return this;
    }

    /** Starts it through another program, which root starts: {@code unshare --net}, for one. */
    public Openshell through(String... command) {
        before.addAll(List.of(command));
        return this;
    }

    /** The whole command line, for those who start it themselves. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(become);
        // A JVM leaves signals ignored that its parent ignored, as under nohup.
        command.addAll(List.of("env", "-i", "--default-signal=INT,HUP,TERM"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs it to its end. */
    public Outcome run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        Thread feeder = Thread.ofVirtual().start(() -> feed(process.getOutputStream(), input));
        Outcome outcome = outcome(process);
        feeder.interrupt();
        return outcome;
    }

    /** Starts it, in the test's folder, with its streams as pipes. */
    public Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments)).directory(folder.toFile()).start();
    }

    /** Reads what it still writes, and waits for its end. */
    public static Outcome outcome(Process process) throws IOException, InterruptedException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> drain(process.getErrorStream(), errors));
        Thread watch = Thread.ofVirtual().start(() -> endInTime(process));
        byte[] output = process.getInputStream().readAllBytes();
        int status = process.waitFor();
        reader.join();
        watch.interrupt();
        return new Outcome(status, output, errors.toString(UTF_8));
    }

    private static void feed(OutputStream to, byte[] bytes) {
        try (to) {
            to.write(bytes);
        } catch (IOException e) {
            // It ended without reading all, which some tests want.
            return;
        }
    }

    private static void drain(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void endInTime(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How it went.
     *
     * @param status its exit status
     * @param output what was written on standard output
     * @param errors what was written on standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Outcome(int status, byte[] output, String errors) {

        /** Standard output as text. */
        public String text() {
            return new String(output, UTF_8);
        }

        /** Standard output as text, once it is sure that it ended well. */
        public String success() {
            if (status != 0) {
                throw new AssertionError(this);
            }
            return text();
        }

        @Override
        public String toString() {
            return "status " + status + "\n--- output\n" + text() + "\n--- errors\n" + errors;
        }
    }
}
