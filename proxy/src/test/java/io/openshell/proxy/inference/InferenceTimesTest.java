package io.openshell.proxy.inference;

import static io.openshell.proxy.inference.InferenceLab.CHAT_BODY;
import static io.openshell.proxy.inference.InferenceLab.MODELS;
import static io.openshell.proxy.inference.InferenceLab.chat;
import static io.openshell.proxy.inference.InferenceLab.completion;
import static io.openshell.proxy.inference.InferenceLab.json;
import static io.openshell.proxy.inference.Talk.STREAM_HEAD;
import static io.openshell.proxy.inference.Talk.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long each part of an exchange may take, and what becomes of one that takes longer. */
class InferenceTimesTest {

    private final PassingTime time = new PassingTime();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void end() {
        over.countDown();
        time.close();
    }

    /** A backend that reads a request and says nothing until the test is over. */
    private RecordingUpstream silent() throws IOException {
        return RecordingUpstream.conversing((in, out) -> {
            Talk.readRequest(in);
            asked.countDown();
            Talk.await(over);
        });
    }

    @Test
    void a_head_has_thirty_seconds_however_it_comes() throws Exception {
        try (InferenceLab lab = InferenceLab.with(time, "routes: []");
                RawClient client = lab.connect()) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\n");
            time.passNoticed(20);
            client.send("Host: inference.local\r\n");
            time.passNoticed(8);
            assertThat(lab.proxy.events()).noneMatch(it -> it.contains("not complete"));
            time.pass(4);

            assertTimedOut(lab, client);
        }
    }

    @Test
    void a_body_has_a_minute_however_it_comes() throws Exception {
        try (InferenceLab lab = InferenceLab.with(time, "routes: []");
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY).replace("}", ""));
            time.passNoticed(40);
            client.send(" ");
            time.passNoticed(18);
            assertThat(lab.proxy.events()).noneMatch(it -> it.contains("not complete"));
            time.pass(4);

            assertTimedOut(lab, client);
        }
    }

    private static void assertTimedOut(InferenceLab lab, RawClient client) throws IOException {
        RawResponse refused = client.readResponse();
        assertThat(refused.status()).isEqualTo(408);
        assertThat(refused.text()).isEqualTo("Request Timeout");
        assertThat(refused.header("connection")).contains("close");
        assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
        assertThat(lab.proxy.events())
                .anyMatch(it -> it.contains("Inference interception denied: request: not complete in time"));
    }

    @Test
    void between_two_requests_there_may_be_five_minutes_and_then_the_connection_ends_in_silence() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(time, backend);
                RawClient client = lab.connect()) {
            time.passNoticed(298);
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            time.passNoticed(298);
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            time.pass(302);

            assertThat(client.readToEnd()).isEmpty();
            assertThat(lab.proxy.events()).noneMatch(it -> it.contains("denied"));
        }
    }

    @Test
    void an_answer_that_is_passed_on_whole_has_the_routes_time_from_the_request_on() throws Exception {
        CountDownLatch head = new CountDownLatch(1);
        try (RecordingUpstream slow = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    asked.countDown();
                    Talk.await(head);
                    Talk.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
                    Talk.await(over);
                });
                InferenceLab lab = InferenceLab.with(time, timed(20, slow), slow);
                RawClient client = lab.connect()) {
            client.send(MODELS);
            Talk.await(asked);
            time.passNoticed(15);
            head.countDown();
            time.passNoticed(3);
            assertThat(lab.proxy.events()).noneMatch(it -> it.contains("not complete"));
            time.pass(3);

            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).isEqualTo("{\"error\":\"inference service error\"}");
            assertThat(lab.proxy.jsonEvents().getLast()).contains("not complete in time");
        }
    }

    @Test
    void a_backend_that_does_not_begin_such_an_answer_in_the_routes_time_is_left_for_the_next() throws Exception {
        try (RecordingUpstream silent = silent();
                RecordingUpstream up = RecordingUpstream.plain(any -> json(200, "{}"));
                InferenceLab lab = InferenceLab.with(time, timed(20, silent, up), silent, up);
                RawClient client = lab.connect()) {
            client.send(MODELS);
            Talk.await(asked);
            time.passNoticed(18);
            assertThat(up.requests()).isEmpty();
            time.pass(4);

            assertThat(client.readResponse().text()).isEqualTo("{}");
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("no answer in time"));
        }
    }

    private static String timed(int seconds, RecordingUpstream... backends) {
        return InferenceLab.routes(backends).replace("\"}", "\", timeout_secs: " + seconds + "}");
    }

    @Test
    void a_stream_may_take_ten_minutes_to_its_first_word() throws Exception {
        try (RecordingUpstream silent = silent();
                RecordingUpstream up = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(time, silent, up);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY));
            Talk.await(asked);
            time.passNoticed(598);
            assertThat(up.requests()).isEmpty();
            time.pass(4);

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("no answer in time"));
        }
    }

    @Test
    void a_stream_may_pause_for_two_minutes_and_not_longer() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD + chunk("data: 1\n\n"));
                    Talk.await(paused);
                    Talk.write(out, chunk("data: 2\n\n"));
                    Talk.await(over);
                });
                InferenceLab lab = InferenceLab.openai(time, backend);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY)).readHead();
            Talk.readUntil(client, "data: 1\n\n");

            time.passNoticed(118);
            paused.countDown();
            Talk.readUntil(client, "data: 2\n\n");
            time.passNoticed(118);
            assertThat(lab.proxy.jsonEvents()).noneMatch(event -> event.contains("idle"));
            time.pass(4);

            assertThat(Talk.readChunks(client))
                    .contains("data: {\"error\":{\"message\":\"response truncated: chunk idle timeout exceeded\","
                            + "\"type\":\"proxy_stream_error\"}}\n\n");
            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("response truncated: chunk idle timeout exceeded", "Failure");
        }
    }

    @Test
    void an_agent_that_does_not_read_is_cut_off_and_the_backend_is_not_blamed() throws Exception {
        String event = "data: " + "x".repeat(65_528) + "\n\n";
        AtomicInteger sent = new AtomicInteger();
        try (RecordingUpstream endless = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD);
                    for (int i = 0; i < 400; i++) {
                        Talk.write(out, chunk(event));
                        sent.incrementAndGet();
                    }
                });
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(time, endless, second);
                RawClient deaf = lab.connect();
                RawClient other = lab.connect()) {
            deaf.send(chat(CHAT_BODY)).readHead();
            int before = -1;
            while (before < sent.get()) {
                before = sent.get();
                Thread.sleep(1000);
            }
            time.passNoticed(122);

            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("response truncated: the client does not read", "Failure");
            assertThat(other.send(chat(CHAT_BODY)).readHead())
                    .as("the first backend is asked first, as before")
                    .contains("text/event-stream");
            assertThat(second.requests()).isEmpty();
        }
    }

    @Test
    void a_connection_has_thirty_seconds_with_its_tls() throws Exception {
        try (RecordingUpstream mute = RecordingUpstream.conversing((in, out) -> Talk.await(over));
                RecordingUpstream up = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab =
                        InferenceLab.with(time, """
                        routes:
                          - {provider_type: openai, model: m0, endpoint: "https://mute.test/v1"}
                        """ + InferenceLab.routes(up).replace("routes:\n", ""), up);
                RawClient client = lab.connect()) {
            lab.proxy.host("mute.test", 443, mute.address());
            client.send(chat(CHAT_BODY));
            time.passNoticed(28);
            assertThat(up.requests()).isEmpty();
            time.pass(4);

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("no connection in time"));
        }
    }

    @Test
    void a_backend_that_failed_is_asked_last_for_a_while_that_doubles_until_it_answers() throws Exception {
        AtomicBoolean works = new AtomicBoolean();
        try (RecordingUpstream first =
                        RecordingUpstream.plain(any -> works.get() ? completion(1, 1) : json(503, "{}"));
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(time, first, second)) {
            assertThat(asked(lab, first)).isTrue();
            time.pass(4);
            assertThat(asked(lab, first)).isFalse();
            time.pass(2);
            assertThat(asked(lab, first)).isTrue();
            time.pass(8);
            assertThat(asked(lab, first)).as("it rests twice as long").isFalse();
            time.pass(3);
            works.set(true);
            assertThat(asked(lab, first)).isTrue();
            works.set(false);
            assertThat(asked(lab, first)).isTrue();
            time.pass(6);
            assertThat(asked(lab, first)).as("an answer ended the count").isTrue();
        }
    }

    /** Whether a request, which is answered by somebody, was made of this backend. */
    private static boolean asked(InferenceLab lab, RecordingUpstream backend) throws IOException {
        int before = backend.requests().size();
        try (RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
        }
        return backend.requests().size() > before;
    }

    @Test
    void addresses_are_used_for_half_a_minute_and_then_asked_for_again() throws Exception {
        try (RecordingUpstream up = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("backend.test").serverContext(), any -> completion(1, 1));
                InferenceLab lab = InferenceLab.with(
                        time, "routes: [{provider_type: openai, model: m, endpoint: \"https://backend.test/v1\"}]");
                RawClient client = lab.connect()) {
            lab.proxy.host("backend.test", 443, up.address());
            lab.proxy.thenResolve("backend.test", List.of("169.254.169.254"));
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            time.pass(28);
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            time.pass(4);

            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(503);
            assertThat(up.requests()).hasSize(2);
            assertThat(lab.proxy.jsonEvents().getLast()).contains("metadata");
        }
    }
}
