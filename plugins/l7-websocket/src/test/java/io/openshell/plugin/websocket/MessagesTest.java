package io.openshell.plugin.websocket;

import static io.openshell.testkit.WebsocketFrame.BINARY;
import static io.openshell.testkit.WebsocketFrame.COMPRESSED;
import static io.openshell.testkit.WebsocketFrame.CONTINUATION;
import static io.openshell.testkit.WebsocketFrame.PING;
import static io.openshell.testkit.WebsocketFrame.TEXT;
import static io.openshell.testkit.WebsocketFrame.concat;
import static io.openshell.testkit.WebsocketFrame.frame;
import static io.openshell.testkit.WebsocketFrame.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.TextRewrite;
import io.openshell.api.inspect.Verdict;
import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.cases.WebsocketCases;
import io.openshell.testkit.contract.RecordingJudge;
import io.openshell.testkit.contract.SampleEndpoint;
import io.openshell.testkit.contract.StreamRun;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Judging, credentials, binary messages, time and memory. */
class MessagesTest {

    private static final String SECRET = "the-real-token";
    private static final String PLACEHOLDER = "openshell:resolve:env:TOKEN";

    @Test
    void a_message_is_judged_once_and_whole_whatever_it_is_divided_into() {
        StreamRun run = Streams.open(false)
                .client(text("mut").more().masked())
                .client(frame(PING).masked())
                .client(frame(CONTINUATION, "ation".getBytes(UTF_8)).masked());

        assertThat(run.judge().subjects()).containsExactly("WEBSOCKET_TEXT");
        assertThat(Streams.upstream(run)).containsExactly(frame(PING), text("mutation"));
    }

    @Test
    void nothing_of_a_refused_message_goes_on_however_it_is_divided() {
        byte[] message = concat(
                text("mutation ").more().masked(),
                frame(PING).masked(),
                frame(CONTINUATION, "delete".getBytes(UTF_8)).masked());
        for (int at = 0; at <= message.length; at++) {
            StreamRun run = Streams.run(false, Streams.NONE)
                    .client(Arrays.copyOf(message, at))
                    .client(Arrays.copyOfRange(message, at, message.length));

            List<WebsocketFrame> upstream = Streams.upstream(run);
            assertThat(upstream).hasSize(2).first().isEqualTo(frame(PING));
            assertThat(upstream.getLast().closeCode()).isEqualTo(1008);
            assertThat(upstream.getLast().asText()).contains("websocket text message denied by policy");
            assertThat(Streams.client(run))
                    .singleElement()
                    .satisfies(last -> assertThat(last.closeCode()).isEqualTo(1008));
        }
    }

    @Test
    void messages_before_a_refused_one_go_on() {
        StreamRun run = new StreamRun(
                Streams.stream(false, operations(), RecordingJudge.enforcing()), RecordingJudge.enforcing());
        run.client(concat(
                text("query viewer").masked(),
                text("mutation x").masked(),
                text("query viewer").masked()));

        List<WebsocketFrame> upstream = Streams.upstream(run);
        assertThat(upstream).hasSize(2).first().isEqualTo(text("query viewer"));
        assertThat(upstream.getLast().closeCode()).isEqualTo(1008);
    }

    private static MessageRules operations() {
        var graphql = new FakeGraphql()
                .create(
                        new FakeGraphql.Options(
                                null,
                                List.of(new FakeGraphql.Rule(new FakeGraphql.Operation("query", null, null))),
                                null,
                                null,
                                null,
                                null,
                                null),
                        new SampleEndpoint());
        var inspector = ((Compilation.Compiled<?>) graphql).value();
        return new MessageRules(
                Verdict.Denied.notPermitted("no rule"),
                Verdict.Denied.notPermitted("no rule"),
                Optional.of(new OperationRules((RequestInspector) inspector, new RulePlaces(List.of(1), List.of()))));
    }

    @Test
    void control_messages_have_a_subject_of_their_own() {
        RecordingJudge judge = RecordingJudge.enforcing();
        new StreamRun(Streams.stream(false, operations(), judge), judge)
                .client(concat(text("ping").masked(), text("query viewer").masked()));

        assertThat(judge.subjects()).containsExactly("WEBSOCKET_CONTROL", "WEBSOCKET_TEXT");
        assertThat(judge.admitted()).last().isEqualTo(new Verdict.Allowed("rules[1]"));
    }

    @Test
    void a_binary_message_is_judged_by_its_first_head_and_never_held() {
        StreamRun run = Streams.open(false).client(frame(BINARY).head(1000, 2)).client(new byte[400]);

        assertThat(run.judge().subjects()).containsExactly("WEBSOCKET_BINARY");
        assertThat(run.toUpstream()).hasSize(8 + 400);
        run.client(new byte[600])
                .client(frame(BINARY).more().masked())
                .client(frame(CONTINUATION).masked());
        assertThat(run.judge().subjects()).containsExactly("WEBSOCKET_BINARY", "WEBSOCKET_BINARY");
    }

    @Test
    void a_refused_binary_message_does_not_reach_the_upstream_in_any_division() {
        byte[] message = frame(BINARY, new byte[300]).masked();
        for (int at = 0; at <= 12; at++) {
            StreamRun run = Streams.run(false, Streams.NONE)
                    .client(Arrays.copyOf(message, at))
                    .client(Arrays.copyOfRange(message, at, message.length));
            assertThat(Streams.upstream(run))
                    .singleElement()
                    .satisfies(last -> assertThat(last.closeCode()).isEqualTo(1008));
        }
    }

    /** Puts a credential where its placeholder is, as the core will. */
    private record Rewriting(TextRewrite answer) implements Judge {

        @Override
        public boolean admits(String subject, Verdict verdict) {
            return verdict instanceof Verdict.Allowed;
        }

        @Override
        public TextRewrite rewriteText(String message) {
            return message.contains(PLACEHOLDER) ? answer : new TextRewrite.Unchanged();
        }
    }

    private static StreamRun rewriting(TextRewrite answer, boolean deflate) {
        return new StreamRun(Streams.stream(deflate, Streams.ALL, new Rewriting(answer)), RecordingJudge.enforcing());
    }

    @Test
    void credentials_are_put_into_one_masked_frame_and_the_original_is_overwritten() {
        byte[] secret = SECRET.getBytes(UTF_8);
        StreamRun run = rewriting(new TextRewrite.Changed(ByteBuffer.wrap(secret)), false)
                .client(text("openshell:resolve").more().masked())
                .client(frame(CONTINUATION, ":env:TOKEN".getBytes(UTF_8)).masked())
                .client(text("other").masked());

        assertThat(Streams.upstream(run)).containsExactly(text(SECRET), text("other"));
        assertThat(new String(run.toUpstream(), UTF_8)).doesNotContain(SECRET);
        assertThat(secret).containsOnly(0);
    }

    @Test
    void credentials_are_put_into_inflated_text() {
        byte[] compressed = WebsocketCases.deflate(PLACEHOLDER.getBytes(UTF_8));
        StreamRun run = rewriting(new TextRewrite.Changed(ByteBuffer.wrap(SECRET.getBytes(UTF_8))), true)
                .client(frame(TEXT, compressed).rsv(COMPRESSED).masked());

        assertThat(Streams.upstream(run)).containsExactly(text(SECRET));
    }

    @Test
    void a_placeholder_that_cannot_be_resolved_ends_the_connection_and_nothing_is_sent() {
        StreamRun run = rewriting(new TextRewrite.Refused("credential not resolved"), false)
                .client(text("{\"token\":\"" + PLACEHOLDER + "\"}").masked());

        assertThat(run.open()).isFalse();
        assertThat(run.reason()).isEqualTo("credential not resolved");
        assertThat(Streams.upstream(run))
                .singleElement()
                .satisfies(last -> assertThat(last.closeCode()).isEqualTo(1008));
    }

    private static final long SECOND = 1_000_000_000L;

    @Test
    void a_message_that_stops_is_given_up_after_30_seconds() {
        WebsocketStream stream = Streams.stream(false, Streams.ALL, RecordingJudge.enforcing());
        stream.fromClient(ByteBuffer.wrap(text("x").more().masked()));

        assertThat(stream.tick(5 * SECOND)).isInstanceOf(StreamVerdict.Forward.class);
        assertThat(stream.tick(35 * SECOND)).isInstanceOf(StreamVerdict.Forward.class);
        StreamVerdict last = stream.tick(35 * SECOND + 1);
        assertThat(last).isInstanceOfSatisfying(StreamVerdict.Close.class, close -> {
            assertThat(WebsocketFrame.read(close.onward().getFirst().array())
                            .getFirst()
                            .closeCode())
                    .isEqualTo(1008);
            assertThat(WebsocketFrame.read(close.back().getFirst().array())
                            .getFirst()
                            .closeCode())
                    .isEqualTo(1008);
        });
    }

    @Test
    void a_message_that_comes_byte_by_byte_is_given_up_after_120_seconds() {
        WebsocketStream stream = Streams.stream(false, Streams.ALL, RecordingJudge.enforcing());
        stream.fromClient(ByteBuffer.wrap(text("x").head(1000, 2)));
        for (int second = 0; second <= 120; second += 10) {
            stream.fromClient(ByteBuffer.wrap(new byte[] {1}));
            assertThat(stream.tick(second * SECOND)).isInstanceOf(StreamVerdict.Forward.class);
        }
        assertThat(stream.tick(121 * SECOND)).isInstanceOf(StreamVerdict.Close.class);
    }

    @Test
    void a_connection_without_a_message_under_way_may_be_silent_for_ever() {
        WebsocketStream stream = Streams.stream(false, Streams.ALL, RecordingJudge.enforcing());
        stream.fromClient(ByteBuffer.wrap(text("x").masked()));
        for (long second = 0; second < 100_000; second += 1000) {
            assertThat(stream.tick(second * SECOND)).isEqualTo(StreamVerdict.more());
        }
    }

    @Test
    void incomplete_messages_of_all_connections_share_a_budget() {
        byte[] message = text("*".repeat(60_000)).masked();
        MemoryBudget budget = new MemoryBudget(100_000);
        List<StreamRun> runs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            RecordingJudge judge = RecordingJudge.enforcing();
            StreamRun run = new StreamRun(new WebsocketStream(false, Streams.ALL, judge, budget), judge);
            runs.add(run.client(Arrays.copyOf(message, 10_008)));
        }
        List<StreamRun> refused = runs.stream().filter(run -> !run.open()).toList();
        assertThat(refused)
                .hasSize(20)
                .allSatisfy(run ->
                        assertThat(Streams.client(run).getFirst().closeCode()).isEqualTo(1013));
        assertThat(budget.used()).isLessThanOrEqualTo(100_000);

        runs.forEach(StreamRun::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void what_is_only_announced_takes_no_memory() {
        MemoryBudget budget = Streams.budget();
        RecordingJudge judge = RecordingJudge.enforcing();
        new StreamRun(new WebsocketStream(false, Streams.ALL, judge, budget), judge).client(text("").head(1 << 20, 8));

        assertThat(budget.used()).isZero();
    }

    @Test
    void a_complete_message_gives_its_memory_back() {
        MemoryBudget budget = Streams.budget();
        RecordingJudge judge = RecordingJudge.enforcing();
        StreamRun run = new StreamRun(new WebsocketStream(true, Streams.ALL, judge, budget), judge);
        byte[] large = text("*".repeat(500_000)).masked();
        run.client(Arrays.copyOf(large, 400_000));
        assertThat(budget.used()).isGreaterThanOrEqualTo(399_000);
        run.client(Arrays.copyOfRange(large, 400_000, large.length));
        run.client(frame(TEXT, WebsocketCases.deflate(new byte[100_000]))
                .rsv(COMPRESSED)
                .masked());

        assertThat(budget.used()).isZero();
    }

    @Test
    void a_bomb_of_a_gibibyte_is_given_up_at_the_limit() {
        byte[] part = WebsocketCases.deflate(new byte[64 << 20]);
        MemoryBudget budget = new MemoryBudget(4 << 20);
        RecordingJudge judge = RecordingJudge.enforcing();
        StreamRun run = new StreamRun(new WebsocketStream(true, Streams.ALL, judge, budget), judge);
        byte[] frame = frame(TEXT, concat(Arrays.copyOf(part, 60_000), part))
                .rsv(COMPRESSED)
                .masked();
        long before = allocated();

        run.client(frame);

        // The test's own copy of the frame, the text with its growth, and a few objects; of 64 MiB that would come out.
        assertThat(allocated() - before).isLessThan(frame.length + (4 << 20));
        assertThat(Streams.client(run).getFirst().closeCode()).isEqualTo(1009);
        run.close();
        assertThat(budget.used()).isZero();
    }

    private static long allocated() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
