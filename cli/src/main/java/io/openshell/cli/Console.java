package io.openshell.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a command writes: data on {@code out}, everything else on {@code err}. */
final class Console {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;

    Console(PrintStream out, PrintStream err, boolean colour) {
        this.out = out;
        this.err = err;
        this.colour = colour;
    }

    /** This process's own streams; colour only on a terminal, and never with {@code NO_COLOR}. */
    static Console ofProcess(Map<String, String> environment) {
        boolean noColour =
                !environment.getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(environment.get("TERM"));
        return new Console(System.out, System.err, !noColour && isTerminal(1) && isTerminal(2));
    }

    /** Whether a descriptor of this process is a terminal. */
    static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    boolean colour() {
        return colour;
    }

    /** Data, on standard output. */
    void print(String line) {
        out.println(line);
    }

    /** What is going on, on standard error. */
    void note(String line) {
        err.println(line);
    }

    void warning(String message) {
        err.println(styled(Style.YELLOW, "warning:") + " " + message);
    }

    void error(String message) {
        err.println(styled(Style.RED, "error:") + " " + message);
    }

    String styled(Style style, String text) {
        return colour ? style.start + text + "\u001b[0m" : text;
    }

    /** What colour is used for. */
    enum Style {
        BOLD("\u001b[1m"),
        RED("\u001b[31m"),
        GREEN("\u001b[32m"),
        YELLOW("\u001b[33m"),
        DIM("\u001b[2m");

        private final String start;

        Style(String start) {
            this.start = start;
        }
    }
}
