package io.openshell.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Goes once through what commands do first, so that the JVM can record the classes for the start-up cache.
 *
 * <p>Run by {@code bin/train-cache}, in place of {@link Main}. What the commands say and how they end does not matter.
 */
final class StartupTraining {

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("run", "--help"),
            List.of("plugins", "list"),
            List.of("plugins", "list", "--output", "json"),
            List.of("policy", "check", "no-such-file.yaml"),
            List.of("doctor"));

    private StartupTraining() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
        Session session = new Session(
                new Console(nowhere, nowhere, false),
                Map.of(),
                Home.ofProcess(),
                List.of(),
                StartupPrelude.none(),
                false);
        for (List<String> command : COMMANDS) {
            new CommandLineInterface(session).run(command.toArray(String[]::new));
        }
        Runtime.getRuntime().exit(0);
    }
}
