package io.openshell.plugin.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.RequestDecision;
import io.openshell.core.decide.UpgradeDecision;
import io.openshell.core.network.Enforcement;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.core.target.QueryParameters;
import io.openshell.core.target.RequestTarget;
import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.contract.RecordingJudge;
import io.openshell.testkit.contract.StreamRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every file of {@code scenarios}: a policy, a line {@code ---}, and a table of cases, one a line: {@code GET host target},
 * {@code TEXT host target message} or {@code BINARY host target}, {@code ->}, the verdict, and the end of the rule's id or a part
 * of the reason.
 */
class WebsocketScenarioTest {

    private static final PolicyLoader LOADER =
            new PolicyLoader(InspectorCatalog.of(List.of(new WebsocketInspectorFactory(), new FakeGraphql())));

    static Stream<Arguments> cases() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/scenarios"))) {
            return files.sorted().toList().stream().flatMap(WebsocketScenarioTest::read);
        }
    }

    private static Stream<Arguments> read(Path file) {
        try {
            String[] parts = Files.readString(file).split("\n---\n", 2);
            PolicySource source = new PolicySource(file.getFileName().toString(), parts[0] + "\n");
            return parts[1].lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Arguments.of(source, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void decides_as_the_table_says(PolicySource source, String line) {
        LoadResult result = LOADER.load(source);
        assertThat(result).as(() -> result.toString()).isInstanceOf(LoadResult.Loaded.class);
        String[] sides = line.split("->", 2);
        String[] words = sides[0].strip().split(" ", 4);
        String message = words.length > 3 ? words[3] : "";
        String[] expected = sides[1].strip().split(" ", 2);

        String outcome = outcome(((LoadResult.Loaded) result).policy(), words[0], words[1], words[2], message);

        assertThat(outcome).startsWith(expected[0] + " ").contains(expected[1]);
    }

    private static String outcome(Policy policy, String kind, String host, String target, String message) {
        ConnectionFacts facts = new ConnectionFacts(host, 443, "/bin/x", List.of(), List.of());
        EndpointSet endpoints = ((ConnectionDecision.Allowed) Decisions.connection(policy, facts)).endpoints();
        return switch (Decisions.upgrade(endpoints, handshake(facts, target))) {
            case UpgradeDecision.Inspected inspected ->
                kind.equals("GET") ? "allowed " + inspected.ruleId() : judged(inspected, kind, message);
            case UpgradeDecision.Refused(RequestDecision.Denied denied) -> "denied " + denied.reason();
            case UpgradeDecision.Refused(RequestDecision other) -> "refused " + other;
            case UpgradeDecision.Unread unread -> "unread " + unread.ruleId();
        };
    }

    private static PlannedRequest handshake(ConnectionFacts facts, String target) {
        var canonical = (RequestTarget.Canonical) RequestTarget.parse(target, true);
        var query = (QueryParameters.Parsed) QueryParameters.parse(canonical.query());
        return PlannedRequest.of(facts, "GET", canonical.path(), query.values())
                .withField("Upgrade", "websocket")
                .withField("Connection", "Upgrade")
                .withField("Sec-WebSocket-Key", Handshakes.KEY)
                .withField("Sec-WebSocket-Version", "13");
    }

    private static String judged(UpgradeDecision.Inspected inspected, String kind, String message) {
        boolean enforces = inspected.endpoint().endpoint().enforcement() == Enforcement.ENFORCE;
        RecordingJudge judge = enforces ? RecordingJudge.enforcing() : RecordingJudge.auditing();
        UpgradeVerdict.Continuation continuation = inspected.verdict().continuation();
        StreamRun run = new StreamRun(continuation.open(Handshakes.answer().headers(), judge), judge);
        byte[] sent = kind.equals("TEXT")
                ? WebsocketFrame.text(message).masked()
                : WebsocketFrame.frame(WebsocketFrame.BINARY, message.getBytes(StandardCharsets.UTF_8))
                        .masked();
        run.client(sent);
        Verdict verdict = judge.verdicts().getFirst();
        String id = inspected.endpoint().endpoint().id() + ".";
        boolean passed = run.open() && Arrays.equals(run.toUpstream(), sent);
        return switch (verdict) {
            case Verdict.Allowed allowed -> (passed ? "allowed " : "lost ") + id + allowed.rule();
            case Verdict.Denied denied when passed -> "audited " + denied.rule() + " " + denied.reason();
            case Verdict.Denied denied -> closed(run, "denied " + denied.rule() + " " + denied.reason());
            case Verdict.Unreadable unreadable -> closed(run, "unreadable " + unreadable.problem());
        };
    }

    /** A refused message ends the connection, and nothing of it is sent. */
    private static String closed(StreamRun run, String outcome) {
        List<WebsocketFrame> upstream = Streams.upstream(run);
        boolean right =
                !run.open() && upstream.size() == 1 && upstream.getFirst().closeCode() == 1008;
        return right ? outcome : "open after " + outcome;
    }
}
