package io.openshell.cli;

import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** What can be typed: the words of the commands, and the command behind each. */
final class CommandTree {

    private final CommandSpec root = CommandSpec.create().name("openshell");
    private final IdentityHashMap<CommandSpec, Command> commands = new IdentityHashMap<>();

    /**
     * Describes the commands.
     *
     * @param arguments the command line. Where it begins with a command's name the others are left out, for describing
     *     all of them takes longer than most of what a start does
     */
    CommandTree(String... arguments) {
        describeRoot();
        Map<String, Supplier<CommandSpec>> known = known();
        Supplier<CommandSpec> named = arguments.length == 0 ? null : known.get(arguments[0]);
        if (named == null) {
            known.forEach((name, description) -> root.addSubcommand(name, description.get()));
        } else {
            root.addSubcommand(arguments[0], named.get());
        }
    }

    CommandSpec root() {
        return root;
    }

    /** What a word stands for; empty for one that others follow. */
    Optional<Command> command(CommandSpec spec) {
        return Optional.ofNullable(commands.get(spec));
    }

    private void describeRoot() {
        standardOptions(root)
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
    }

    /** In the order in which they are shown. */
    private Map<String, Supplier<CommandSpec>> known() {
        Map<String, Supplier<CommandSpec>> known = new LinkedHashMap<>();
        known.put("run", () -> describe(new RunCommand()));
        known.put("resume", () -> describe(new ResumeCommand()));
        known.put(
                "policy",
                () -> group(
                        "policy",
                        "Check policies, and ask what they decide.",
                        new PolicyCheckCommand(),
                        new PolicyExplainCommand()));
        known.put(
                "plugins",
                () -> group(
                        "plugins",
                        "Show the plugins that are loaded.",
                        new PluginsListCommand(),
                        new PluginsInspectCommand()));
        known.put(
                "providers",
                () -> group(
                        "providers",
                        "Show the providers that 'run --provider' takes.",
                        new ProvidersListCommand(),
                        new ProvidersInspectCommand()));
        known.put("doctor", () -> describe(new DoctorCommand()));
        known.put("demo", () -> describe(new DemoCommand()));
        return known;
    }

    private CommandSpec group(String name, String description, Command... members) {
        CommandSpec group = standardOptions(CommandSpec.create().name(name));
        group.usageMessage().description(description);
        for (Command member : members) {
            CommandSpec spec = describe(member);
            group.addSubcommand(spec.name(), spec);
        }
        return group;
    }

    private CommandSpec describe(Command command) {
        CommandSpec spec = standardOptions(command.spec());
        commands.put(spec, command);
        return spec;
    }

    /** Picocli's own mixin of these two is read from annotations, at each start and for each command. */
    private static CommandSpec standardOptions(CommandSpec spec) {
        return spec.version(version())
                .addOption(OptionSpec.builder("-h", "--help")
                        .type(boolean.class)
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .type(boolean.class)
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build());
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "openshell " + (version == null ? "(not packaged)" : version);
    }
}
