package io.openshell.cli;

import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.decide.RequestDecision;
import io.openshell.core.decide.Trace;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.target.QueryParameters;
import io.openshell.core.target.RequestTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        ExplainTarget target = ExplainTarget.parse(parsed.matchedPositionalValue(1, ""), FAILED);
        String method = parsed.matchedOptionValue("--method", "GET");
        ConnectionFacts facts = new ConnectionFacts(
                target.host(),
                target.port(),
                parsed.matchedOptionValue("--binary", ""),
                parsed.matchedOptionValue("--ancestor", List.of()),
                List.of());
        try (PluginHost plugins = PolicyOptions.plugins(session, FAILED)) {
            Policy policy = PolicyOptions.valid(plugins, file, session.console(), FAILED);
            Explanation explanation = explain(policy, facts, method, target);
            session.console().print(explanation.render(OutputFormat.of(parsed), session.console()));
            return explanation.allowed() ? 0 : DENIED;
        }
    }

    static Explanation explain(Policy policy, ConnectionFacts facts, String method, ExplainTarget target) {
        return switch (Decisions.explain(policy, facts)) {
            case ConnectionDecision.Denied denied ->
                new Explanation("denied", "", denied.reason(), denied.trace(), SmallestEdits.of(policy, facts));
            case ConnectionDecision.Allowed allowed -> request(policy, allowed, facts, method, target);
        };
    }

    private static Explanation request(
            Policy policy,
            ConnectionDecision.Allowed connection,
            ConnectionFacts facts,
            String method,
            ExplainTarget target) {
        EndpointSet endpoints = connection.endpoints();
        if (endpoints.kind() != EndpointSet.Kind.REQUESTS) {
            return new Explanation("allowed", connection.ruleId(), "the connection's bytes are not HTTP requests to this policy", connection.trace(), List.of());
        }
        switch (RequestTarget.parse(target.target(), Decisions.allowsEncodedSlash(endpoints))) {
            case RequestTarget.Refused refused -> {
                return new Explanation("denied", connection.ruleId(), refused.problem(), connection.trace(), List.of());
            }
            case RequestTarget.Canonical canonical -> {
                Map<String, List<String>> query = switch (QueryParameters.parse(canonical.query())) {
                    case QueryParameters.Parsed values -> values.values();
                    case QueryParameters.Refused ignored -> Map.of();
                };
                ExplainedRequest request = new ExplainedRequest(
                        method, canonical.path(), query, facts.host(), facts.port(), facts.binary());
                return of(policy, facts, request, connection.trace(), Decisions.explain(endpoints, request));
            }
        }
    }

    private static Explanation of(
            Policy policy, ConnectionFacts facts, ExplainedRequest request, Trace connection, RequestDecision decision) {
        Trace trace = connection.and(decision.trace());
        return switch (decision) {
            case RequestDecision.Allowed allowed -> new Explanation("allowed", allowed.ruleId(), "", trace, List.of());
            case RequestDecision.Audited audited ->
                new Explanation("audited", audited.ruleId(), audited.reason() + "; passes, for enforcement is audit", trace, List.of());
            case RequestDecision.Denied denied ->
                new Explanation("denied", denied.ruleId(), denied.reason(), trace, SmallestEdits.of(policy, facts, request));
            case RequestDecision.Unreadable unreadable ->
                new Explanation("denied", unreadable.ruleId(), unreadable.problem(), trace, List.of());
        };
    }
}
