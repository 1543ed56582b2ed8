package io.openshell.proxy.inference;

import static io.openshell.proxy.inference.InferenceLab.CHAT_BODY;
import static io.openshell.proxy.inference.InferenceLab.chat;
import static io.openshell.proxy.inference.InferenceLab.completion;
import static io.openshell.proxy.inference.InferenceLab.json;
import static io.openshell.proxy.inference.Talk.STREAM_HEAD;
import static io.openshell.proxy.inference.Talk.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backend is asked, and over which connection. */
class InferenceBackendsTest {

    @Test
    void backends_that_all_failed_are_asked_in_the_order_of_their_routes() throws Exception {
        AtomicBoolean works = new AtomicBoolean();
        try (RecordingUpstream first =
                        RecordingUpstream.plain(any -> works.get() ? completion(1, 1) : json(503, "{}"));
                RecordingUpstream second = RecordingUpstream.plain(any -> json(503, "{}"));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(503);
            works.set(true);

            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            assertThat(second.requests()).hasSize(1);
        }
    }

    @Test
    void a_backend_that_broke_off_is_asked_last_from_then_on() throws Exception {
        try (RecordingUpstream first = RecordingUpstream.plain(
                        any -> Reply.raw(STREAM_HEAD + chunk("data: 1\n\n")).thenClose());
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).contains("response truncated");

            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).contains("the completion");
            assertThat(first.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
            })
    void a_connection_on_which_more_came_than_the_answer_is_not_used_again(String answer) throws Exception {
        try (RecordingUpstream backend =
                        RecordingUpstream.plain(any -> Reply.raw(answer + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isLessThan(300);
            }
            assertThat(backend.connections()).hasSize(2);
        }
    }

    @Test
    void a_connection_that_the_backend_says_it_ends_is_not_used_again() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(
                        any -> Reply.raw("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            }
            assertThat(backend.connections()).hasSize(2);
        }
    }

    @Test
    void a_backend_that_began_to_answer_is_not_asked_twice() throws Exception {
        try (RecordingUpstream first = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
                    Talk.readRequest(in);
                    Talk.write(out, "HTTP/1.1 200 OK\r\n");
                });
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).isEqualTo("{}");

            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).contains("the completion");
            assertThat(first.connections()).hasSize(1);
        }
    }

    /** What ended one of them has ended the others too, more likely than not, and a request is sent twice at most. */
    @Test
    void when_an_idle_connection_has_ended_no_other_idle_one_is_tried() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        try (PassingTime oneLoop = new PassingTime();
                RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    both.countDown();
                    Talk.await(both);
                    Talk.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
                    Talk.readRequest(in);
                });
                InferenceLab lab = InferenceLab.openai(oneLoop, backend);
                RawClient client = lab.connect();
                RawClient other = lab.connect()) {
            client.send(chat(CHAT_BODY));
            other.send(chat(CHAT_BODY));
            assertThat(client.readResponse().text()).isEqualTo("{}");
            assertThat(other.readResponse().text()).isEqualTo("{}");

            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).isEqualTo("{}");
            assertThat(backend.connections()).hasSize(3);
        }
    }

    @Test
    void an_error_of_the_backend_costs_no_tokens() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(
                        any -> json(500, "{\"usage\":{\"prompt_tokens\":300,\"completion_tokens\":97}}"));
                InferenceLab lab =
                        InferenceLab.with(InferenceLab.routes(backend) + "budget: {tokens_per_day: 50}", backend);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 2; i++) {
                RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
                assertThat(response.status()).isEqualTo(500);
            }
        }
    }
}
