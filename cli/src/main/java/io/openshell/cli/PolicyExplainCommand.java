package io.openshell.cli;

import io.openshell.cli.Console.Style;
import io.openshell.core.address.IpLiteral;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Explanation;
import io.openshell.core.decide.Explanation.Verdict;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.PlannedStream;
import io.openshell.core.decide.Question;
import io.openshell.core.decide.SmallestEdit;
import io.openshell.core.decide.Trace;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.target.HostName;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
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

    /** More than any inspector reads; beyond it a body is too long for all of them. */
    private static final int MAX_BODY_BYTES = 64 << 20;

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
                        .description("The request's method. Default: GET, with --body POST.")
                        .build())
                .addOption(OptionSpec.builder("--body")
                        .paramLabel("FILE")
                        .type(Path.class)
                        .description("The request's body, for rules that judge it, such as those of graphql.")
                        .build())
                .addOption(OptionSpec.builder("--message")
                        .paramLabel("TEXT")
                        .type(String.class)
                        .description("A text message on the WebSocket that a URL of ws or wss opens.")
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
                        "Examples:",
                        "  openshell policy explain examples/github-read.yaml --binary /usr/bin/curl --method POST \\",
                        "      https://api.github.com/repos/octocat/hello-world/issues",
                        "  openshell policy explain policy.yaml --binary /usr/bin/node --message hello wss://chat.example.com/");
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
        Optional<byte[]> body = body(parsed, target);
        String method = parsed.matchedOptionValue("--method", body.isPresent() ? "POST" : "GET");
        Optional<PlannedRequest> request = target.request(facts, method, FAILED);
        return new Question(
                facts,
                addresses(parsed, target),
                request.map(it -> body.map(it::withBody).orElse(it)),
                message(parsed, target));
    }

    private static Optional<byte[]> body(ParseResult parsed, ExplainTarget target) throws CommandFailure {
        Path file = parsed.matchedOptionValue("--body", (Path) null);
        if (file == null) {
            return Optional.empty();
        }
        if (target.websocket() || target.target().isEmpty()) {
            throw new CommandFailure(FAILED, "--body: " + file + " (expected: with a URL of http or https)");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(MAX_BODY_BYTES + 1));
        } catch (IOException e) {
            throw new CommandFailure(
                    FAILED, "--body: " + file + ": " + e.getMessage() + " (expected: a readable file)");
        }
    }

    private static Optional<PlannedStream> message(ParseResult parsed, ExplainTarget target) throws CommandFailure {
        String text = parsed.matchedOptionValue("--message", (String) null);
        if (text != null && !target.websocket()) {
            throw new CommandFailure(FAILED, "--message: a text (expected: with a URL of ws or wss)");
        }
        return Optional.ofNullable(text).map(WebsocketQuestion::message);
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
