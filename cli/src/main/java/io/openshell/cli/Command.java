package io.openshell.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of the command line: what it accepts, and what it does. */
interface Command {

    /** Name, options, parameters and help. */
    CommandSpec spec();

    /**
     * Runs it.
     *
     * @param parsed this command's part of the command line
     * @return the exit status
     * @throws CommandFailure to end with an error message
     */
    int run(ParseResult parsed, Session session) throws CommandFailure;

    /** The exit status for a command line that cannot be understood. */
    default int usageStatus() {
        return 2;
    }

    /** The exit status when OpenShell itself fails in a way that nobody foresaw. */
    default int failureStatus() {
        return 1;
    }
}
