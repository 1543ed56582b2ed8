package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every inspector of HTTP requests does.
 *
 * @param <C> the protocol's options
 */
public abstract class RequestInspectorContract<C extends Record>
        extends ProtocolInspectorContract<C, RequestInspector> {

    private static final String MARK = "mark-that-no-message-may-show";

    /** A request that the {@linkplain #usableOptions options} allow, with the body that the inspector asks for. */
    protected abstract SampleRequest allowedRequest();

    /** A request that the options refuse and that can be read. */
    protected abstract SampleRequest deniedRequest();

    @Override
    protected final Class<RequestInspector> inspectorType() {
        return RequestInspector.class;
    }

    @Test
    final void what_the_rules_allow_is_allowed_by_a_rule_that_is_named() {
        assertThat(inspector().inspect(allowedRequest()))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.rule()).isNotBlank());
    }

    @Test
    final void what_no_rule_allows_is_denied_with_one_line_of_reason() {
        assertThat(inspector().inspect(deniedRequest()))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.reason()).isNotBlank().doesNotContain("\n", "\r"));
    }

    @Test
    final void the_need_for_a_body_is_the_same_each_time() {
        RequestInspector inspector = inspector();
        BodyNeed need = inspector.bodyNeed(allowedRequest().withoutBody());

        assertThat(need)
                .isNotNull()
                .isEqualTo(inspector.bodyNeed(allowedRequest().withoutBody()));
    }

    @Test
    final void verdicts_are_the_same_on_many_threads_at_once() throws Exception {
        RequestInspector inspector = inspector();
        Verdict allowed = inspector.inspect(allowedRequest());
        Verdict denied = inspector.inspect(deniedRequest());
        Callable<List<Verdict>> work = () -> IntStream.range(0, 200)
                .mapToObj(i -> inspector.inspect(i % 2 == 0 ? allowedRequest() : deniedRequest()))
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<List<Verdict>> answers : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(answers.get()).containsOnly(allowed, denied);
            }
        }
    }

    @Test
    final void no_request_however_odd_gets_an_exception_or_null_for_an_answer() {
        RequestInspector inspector = inspector();
        for (SampleRequest request : oddRequests()) {
            assertThat(inspector.bodyNeed(request.withoutBody()))
                    .as("%s", request)
                    .isNotNull();
            assertThat(inspector.inspect(request)).as("%s", request).isNotNull();
            assertThat(inspector.inspectUpgrade(request)).as("%s", request).isNotNull();
        }
    }

    @Test
    final void no_single_message_however_odd_gets_an_exception_or_null_for_an_answer() {
        for (String message : List.of("", "{", "{}", "[]", "null", "\0", "\ud800", "x".repeat(100_000))) {
            assertThat(inspector().inspectMessage(message)).isNotNull();
        }
    }

    @Test
    final void no_verdict_shows_a_query_a_header_or_a_body() {
        for (SampleRequest request : oddRequests()) {
            assertThat(inspector().inspect(request).toString()).doesNotContain(MARK);
        }
    }

    @Test
    final void an_upgrade_that_is_refused_has_a_verdict_that_refuses() {
        UpgradeVerdict verdict = inspector().inspectUpgrade(deniedRequest());

        if (verdict instanceof UpgradeVerdict.Refused refused) {
            assertThat(refused.verdict()).isNotInstanceOf(Verdict.Allowed.class);
        }
    }

    private List<SampleRequest> oddRequests() {
        ByteBuffer body = ByteBuffer.wrap(("{\"q\":\"" + MARK).getBytes(StandardCharsets.UTF_8));
        Map<String, List<String>> query = Map.of("", List.of(""), "q", List.of(MARK, MARK), MARK, List.of());
        return List.of(
                SampleRequest.of("GET", "/"),
                SampleRequest.of("get", "/"),
                SampleRequest.of("!#$%&'*+-.^_`|~", "/%2F%00%FF"),
                SampleRequest.of("PROPFIND", "/" + "a/".repeat(4_000)),
                SampleRequest.of("POST", "/**/*?[x").query(query),
                SampleRequest.of("POST", "/")
                        .query(query)
                        .header("Content-Type", "application/json")
                        .body(body),
                SampleRequest.of("POST", "/").header("Content-Encoding", "gzip").body(body),
                SampleRequest.of("GET", "/").header("Authorization", MARK).header("Cookie", MARK),
                SampleRequest.of("GET", "/")
                        .header("Connection", "upgrade")
                        .header("Upgrade", "websocket")
                        .header("Sec-WebSocket-Key", MARK));
    }
}
