package io.openshell.cli;

import io.openshell.supervisor.prelude.SupervisorPrelude;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entry of the {@code openshell} program. */
public final class Main {

    /** Commands that hold a supervisor, which gives up its privileges before it reads the command line. */
    private static final Set<String> SUPERVISING = Set.of("run", "demo");

    private static final int OWN_FAILURE = 125;

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
        Optional<SupervisorPrelude> prelude;
        try {
            prelude = supervises(arguments) ? Optional.of(SupervisorPrelude.install(home.launcher())) : Optional.empty();
        } catch (IOException e) {
            console.error(e.getMessage() + " (expected: a kernel with seccomp, and " + home.launcher()
                    + "; 'openshell doctor' says more)");
            return OWN_FAILURE;
        }
        Session session = new Session(console, System.getenv(), home, List.of(), prelude, false);
        int status = new CommandLineInterface(session).run(arguments);
        prelude.ifPresent(installed -> installed.broker().close());
        return status;
    }

    /** Looks for the command's name without reading the command line: it may stand behind global options. */
    private static boolean supervises(String[] arguments) {
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (SUPERVISING.contains(argument)) {
                return !asksForHelp(arguments);
            }
        }
        return false;
    }

    private static boolean asksForHelp(String[] arguments) {
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (argument.equals("--help") || argument.equals("-h")) {
                return true;
            }
        }
        return false;
    }
}
