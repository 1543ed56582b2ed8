package io.openshell.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line with its streams in memory. */
final class Screen {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment;
    private final Path home;

    Screen(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    int run(String... arguments) {
        return new CommandLineInterface(session(), arguments).run();
    }

    /** What a command on this screen has around it. */
    Session session() {
        Console console = new Console(stream(out), stream(err), false);
        OwnEnvironment own = OwnEnvironment.of(environment);
        return new Session(console, own.texts(), own, new Home(home), List.of(), StartupPrelude.none(), false);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
