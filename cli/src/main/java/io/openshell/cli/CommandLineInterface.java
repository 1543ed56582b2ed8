package io.openshell.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the command line and runs the command that it names. */
final class CommandLineInterface {

    private static final int USAGE = 2;

    private final Session session;
    private final String[] arguments;
    private final CommandTree commands;
    private final CommandLine commandLine;

    CommandLineInterface(Session session, String... arguments) {
        this.session = session;
        this.arguments = arguments.clone();
        this.commands = new CommandTree(arguments);
        this.commandLine = new CommandLine(commands.root());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        // What the library has for it goes by reflection, which takes milliseconds at first.
        commandLine.registerConverter(Path.class, text -> Path.of(text));
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(ansi()));
        commandLine.setUsageHelpWidth(110);
    }

    int run() {
        ParseResult parsed;
        try {
            parsed = commandLine.parseArgs(arguments);
        } catch (ParameterException e) {
            return usage(e);
        }
        commandLine.setOut(writer(session.console().out()));
        commandLine.setErr(writer(session.console().err()));
        if (CommandLine.executeHelpRequest(parsed) != null) {
            return 0;
        }
        ParseResult last = innermost(parsed);
        Optional<Command> command = commands.command(last.commandSpec());
        if (command.isEmpty()) {
            last.commandSpec().commandLine().usage(session.console().out(), ansi());
            return 0;
        }
        return run(command.get(), last, global(parsed));
    }

    /** With what the options say that may stand before, between and after the words of a command. */
    private Session global(ParseResult outermost) {
        List<Path> pluginDirectories = new ArrayList<>();
        boolean verbose = false;
        for (ParseResult level = outermost; level != null; level = level.subcommand()) {
            // Not its value: that is overwritten where the option occurs on a further level.
            OptionSpec directories = level.matchedOption("--plugins-dir");
            if (directories != null) {
                directories.stringValues().stream().map(Path::of).forEach(pluginDirectories::add);
            }
            verbose |= level.matchedOptionValue("--verbose", false);
        }
        return session.with(pluginDirectories, verbose);
    }

    private int run(Command command, ParseResult parsed, Session global) {
        try {
            return command.run(parsed, global);
        } catch (CommandFailure e) {
            session.console().error(e.explanation());
            return e.status();
        } catch (RuntimeException | LinkageError e) {
            session.console().error("internal: " + e + " (expected: none; please report it, with what -v adds)");
            if (global.verbose()) {
                e.printStackTrace(session.console().err());
            }
            return command.failureStatus();
        }
    }

    private int usage(ParameterException e) {
        CommandLine at = e.getCommandLine();
        session.console().error(message(e, at));
        session.console().note("See '" + at.getCommandSpec().qualifiedName() + " --help'.");
        return commands.command(at.getCommandSpec()).map(Command::usageStatus).orElse(USAGE);
    }

    private static String message(ParameterException e, CommandLine at) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String value = unmatched.getUnmatched().getFirst();
            List<String> known = value.startsWith("-")
                    ? at.getCommandSpec().options().stream()
                            .map(OptionSpec::longestName)
                            .toList()
                    : List.copyOf(at.getSubcommands().keySet());
            String kind = value.startsWith("-") ? "option" : known.isEmpty() ? "argument" : "command";
            return kind + ": " + value + " (expected: "
                    + (known.isEmpty() ? "nothing more" : "one of " + String.join(", ", known)) + ")";
        }
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            var argument = missing.getMissing().getFirst();
            return nameOf(argument) + ": missing (expected: " + argument.paramLabel() + ")";
        }
        ArgSpec argument = e.getArgSpec();
        if (argument != null && e.getValue() != null) {
            return nameOf(argument) + ": " + e.getValue() + " (expected: " + valuesOf(argument) + ")";
        }
        return String.valueOf(e.getMessage());
    }

    private static String nameOf(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String valuesOf(ArgSpec argument) {
        Object[] values = argument.type().getEnumConstants();
        return values == null
                ? argument.paramLabel()
                : "one of " + Stream.of(values).map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static ParseResult innermost(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last;
    }

    private Ansi ansi() {
        return session.console().colour() ? Ansi.ON : Ansi.OFF;
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
