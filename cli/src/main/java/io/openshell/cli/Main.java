package io.openshell.cli;

import java.util.List;

/** The entry of the {@code openshell} program. */
public final class Main {

    private Main() {}

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess(System.getenv());
        Session session = new Session(console, System.getenv(), Home.ofProcess(), List.of(), false);
        int status = new CommandLineInterface(session).run(arguments);
        console.out().flush();
        console.err().flush();
        // Event loops and other daemons must not keep the process alive after its command has ended.
        Runtime.getRuntime().exit(status);
    }
}
