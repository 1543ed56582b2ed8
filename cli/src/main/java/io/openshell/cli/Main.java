package io.openshell.cli;

import java.util.List;
import java.util.Set;

/** The entry of the {@code openshell} program. */
public final class Main {

    /** Commands that hold a supervisor, which gives up its privileges before it reads the command line. */
    private static final Set<String> SUPERVISING = Set.of("run", "demo");

    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess(System.getenv());
        int status = run(arguments, console);
        console.out().flush();
        console.err().flush();
        // Event loops and other daemons must not keep the process alive after its command has ended.
        Runtime.getRuntime().exit(status);
    }

    private static int run(String[] arguments, Console console) {
        Home home = Home.ofProcess();
        try (StartupPrelude prelude =
                supervises(arguments) ? StartupPrelude.install(home.launcher()) : StartupPrelude.none()) {
            Session session = new Session(console, System.getenv(), home, List.of(), prelude, false);
            return new CommandLineInterface(session).run(arguments);
        }
    }

    /** Looks for the command's name without reading the command line: it may stand behind global options. */
    private static boolean supervises(String[] arguments) {
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (SUPERVISING.contains(argument)) {
                return true;
            }
        }
        return false;
    }
}
