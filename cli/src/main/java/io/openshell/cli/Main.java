package io.openshell.cli;

import io.openshell.cli.demo.DemoLab;
import io.openshell.supervisor.sandbox.SandboxException;
import java.util.List;

/** The entry of the {@code openshell} program. */
public final class Main {

    private static final int USAGE = 2;
    private static final String RUN = "run";
    private static final String RESUME = "resume";
    private static final String DEMO = "demo";

    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        OwnEnvironment environment = environment(arguments);
        Console console = Console.ofProcess(environment.texts());
        int status = run(arguments, console, environment);
        console.out().flush();
        console.err().flush();
        // Event loops and other daemons must not keep the process alive after its command has ended.
        Runtime.getRuntime().exit(status);
    }

    /** A process that will hold secrets takes its environment from Java before Java has made strings of it. */
    private static OwnEnvironment environment(String[] arguments) {
        return supervises(arguments) ? OwnEnvironment.takenFromJava() : OwnEnvironment.of(System.getenv());
    }

    /** Runs one command, and gives its status. */
    static int run(String[] arguments, Console console) {
        return run(arguments, console, environment(arguments));
    }

    private static int run(String[] arguments, Console console, OwnEnvironment environment) {
        boolean supervises = supervises(arguments);
        if (!OwnArguments.areWhole(arguments)) {
            console.error("arguments: bytes that are no text (expected: UTF-8)");
            return supervises ? SandboxException.OWN_FAILURE : USAGE;
        }
        Home home = Home.ofProcess();
        if (supervises) {
            Preloading.begin();
        }
        try (StartupPrelude prelude = supervises ? StartupPrelude.install(home.launcher()) : StartupPrelude.none()) {
            Session session = new Session(console, environment.texts(), environment, home, List.of(), prelude, false);
            return new CommandLineInterface(session, arguments).run();
        }
    }

    /**
     * Whether this process will hold a supervisor, which gives up its privileges before it reads the command line. Looks
     * for the command's name only; it may stand behind global options. Asks Java for a variable only where no secret can
     * be meant.
     */
    private static boolean supervises(String[] arguments) {
        for (String argument : arguments) {
            if (argument.equals("--")) {
                return false;
            }
            if (argument.equals(RUN) || argument.equals(RESUME)) {
                return true;
            }
            if (argument.equals(DEMO)) {
                return DemoLab.isInside(System.getenv());
            }
        }
        return false;
    }
}
