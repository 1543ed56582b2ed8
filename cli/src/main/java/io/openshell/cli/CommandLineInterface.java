package io.openshell.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the command line and runs the command that it names. */
final class CommandLineInterface {

    private static final int USAGE = 2;

    private final Session session;
    private final IdentityHashMap<CommandSpec, Command> commands = new IdentityHashMap<>();
    private final CommandLine commandLine;

    CommandLineInterface(Session session) {
        this.session = session;
        this.commandLine = new CommandLine(root());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(ansi()));
        commandLine.setUsageHelpWidth(110);
    }

    int run(String... arguments) {
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
        Command command = commands.get(last.commandSpec());
        if (command == null) {
            last.commandSpec().commandLine().usage(session.console().out(), ansi());
            return 0;
        }
        return run(command, last, global(parsed));
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
        Command command = commands.get(at.getCommandSpec());
        return command == null ? USAGE : command.usageStatus();
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

    private CommandSpec root() {
        CommandSpec root = CommandSpec.create()
                .name("openshell")
                .mixinStandardHelpOptions(true)
                .version(version())
                .addOption(OptionSpec.builder("--plugins-dir")
                        .paramLabel("DIR")
                        .type(List.class)
                        .auxiliaryTypes(Path.class)
                        .scopeType(ScopeType.INHERIT)
                        .description("Folder with more plugins; may be given several times. The distribution's own are"
                                + " always loaded. Default: OPENSHELL_PLUGINS_DIR.")
                        .build())
                .addOption(OptionSpec.builder("-v", "--verbose")
                        .type(boolean.class)
                        .scopeType(ScopeType.INHERIT)
                        .description("Say more, on standard error; with 'run', each event as it happens.")
                        .build());
        root.usageMessage()
                .description("Confines an AI agent: every file it opens, every system call it makes and every byte it"
                        + " sends passes a declared policy.%n")
                .footer(
                        "",
                        "Examples:",
                        "  openshell demo",
                        "  openshell run --policy examples/github-read.yaml -- curl -sS https://api.github.com/zen",
                        "  openshell policy check my-policy.yaml");
        add(root, new RunCommand());
        add(root, new ResumeCommand());
        CommandSpec policy = group("policy", "Check policies, and ask what they decide.");
        add(policy, new PolicyCheckCommand());
        add(policy, new PolicyExplainCommand());
        root.addSubcommand("policy", policy);
        CommandSpec plugins = group("plugins", "Show the plugins that are loaded.");
        add(plugins, new PluginsListCommand());
        add(plugins, new PluginsInspectCommand());
        root.addSubcommand("plugins", plugins);
        CommandSpec providers = group("providers", "Show the providers that 'run --provider' takes.");
        add(providers, new ProvidersListCommand());
        add(providers, new ProvidersInspectCommand());
        root.addSubcommand("providers", providers);
        add(root, new DoctorCommand());
        add(root, new DemoCommand());
        return root;
    }

    private static CommandSpec group(String name, String description) {
        CommandSpec group = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
        group.usageMessage().description(description);
        return group;
    }

    private void add(CommandSpec parent, Command command) {
        CommandSpec spec = command.spec().mixinStandardHelpOptions(true).version(version());
        commands.put(spec, command);
        parent.addSubcommand(spec.name(), spec);
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "openshell " + (version == null ? "(not packaged)" : version);
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
