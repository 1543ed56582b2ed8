package io.openshell.cli;

import io.openshell.cli.Console.Style;
import io.openshell.core.address.IpLiteral;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Explanation;
import io.openshell.core.decide.Explanation.Verdict;
import io.openshell.core.decide.Question;
import io.openshell.core.decide.SmallestEdit;
import io.openshell.core.decide.Trace;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.target.HostName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell policy explain}: what a policy decides on a request, and why. */
final class PolicyExplainCommand implements Command {

    private static final int FAILED = 1;
    private static final int DENIED = 3;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("explain")
                .addOption(OptionSpec.builder("--binary")
                        .paramLabel("PATH")
                        .type(String.class)
                        .required(true)
                        .description("The executable that would connect, as a path inside the sandbox with symbolic"
                                + " links followed.")
                        .build())
                .addOption(OptionSpec.builder("--ancestor")
                        .paramLabel("PATH")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("An executable that started it, nearest first; may be given several times.")
                        .build())
                .addOption(OptionSpec.builder("--method")
                        .paramLabel("METHOD")
                        .type(String.class)
                        .description("The request's method. Default: GET.")
                        .build())
                .addOption(OptionSpec.builder("--address")
                        .paramLabel("IP")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("An address that the host has, to be judged too; may be given several times.")
                        .build())
                .addOption(OutputFormat.option())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("FILE")
                        .index("0")
                        .type(Path.class)
                        .description("The policy.")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("URL")
                        .index("1")
                        .type(String.class)
                        .description("What would be asked for, or HOST:PORT for a connection.")
                        .build());
        spec.usageMessage()
                .description("Says whether a policy would allow a request, which rule decides, and for a denial the"
                        + " smallest edit that would allow it. The decision is the one that enforcement takes. Exits"
                        + " with 0 if it is allowed and 3 if it is denied.%n")
                .footer(
                        "",
                        "Example:",
                        "  openshell policy explain examples/github-read.yaml --binary /usr/bin/curl --method POST \\",
                        "      https://api.github.com/repos/octocat/hello-world/issues");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        Path file = parsed.matchedPositionalValue(0, Path.of(""));
        Question question = question(parsed);
        try (PluginHost plugins = PolicyOptions.plugins(session, FAILED)) {
            Policy policy = PolicyOptions.valid(plugins, file, session.console(), FAILED);
            Explanation explanation = Explanation.of(policy, question);
            Optional<SmallestEdit> edit = explanation.verdict() == Verdict.DENIED
                    ? SmallestEdit.find(PolicyOptions.source(file, FAILED), new PolicyLoader(plugins), question)
                    : Optional.empty();
            print(explanation, edit, OutputFormat.of(parsed), session.console());
            return explanation.verdict() == Verdict.DENIED ? DENIED : 0;
        }
    }

    private static Question question(ParseResult parsed) throws CommandFailure {
        ExplainTarget target = ExplainTarget.parse(parsed.matchedPositionalValue(1, ""), FAILED);
        ConnectionFacts facts = new ConnectionFacts(
                target.host(),
                target.port(),
                parsed.matchedOptionValue("--binary", ""),
                parsed.matchedOptionValue("--ancestor", List.of()),
                List.of());
        String method = parsed.matchedOptionValue("--method", "GET");
        return new Question(facts, addresses(parsed, target), target.request(facts, method, FAILED));
    }

    private static List<InetAddress> addresses(ParseResult parsed, ExplainTarget target) throws CommandFailure {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : parsed.matchedOptionValue("--address", List.<String>of())) {
            addresses.add(IpLiteral.parse(text)
                    .orElseThrow(
                            () -> new CommandFailure(FAILED, "--address: " + text + " (expected: an IP address)")));
        }
        HostName.literal(target.host()).ifPresent(addresses::add);
        return addresses;
    }

    private static void print(
            Explanation explanation, Optional<SmallestEdit> edit, OutputFormat format, Console console) {
        List<String> trace =
                explanation.trace().steps().stream().map(Trace.Step::toString).toList();
        String decision = explanation.verdict().name().toLowerCase(Locale.ROOT);
        if (format != OutputFormat.TABLE) {
            List<String> lines = edit.map(it -> it.diff().lines().toList()).orElse(List.of());
            console.print(new Table(
                            List.of("decision", "rule", "reason", "trace", "edit"),
                            List.of(List.of(decision, explanation.ruleId(), explanation.reason(), trace, lines)))
                    .render(format));
            return;
        }
        Style style = explanation.verdict() == Verdict.DENIED ? Style.RED : Style.GREEN;
        console.print(console.styled(style, decision)
                + (explanation.ruleId().isEmpty() ? "" : " by " + explanation.ruleId()));
        if (!explanation.reason().isEmpty()) {
            console.print("  " + explanation.reason());
        }
        console.print("\nHow it was decided:");
        trace.forEach(step -> console.print("  " + step));
        edit.ifPresent(it -> {
            console.print("\nThe smallest edit that would allow it:");
            it.diff().lines().forEach(line -> console.print("  " + line));
        });
    }
}
