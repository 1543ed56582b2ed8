package io.openshell.proxy.inference;

import static io.openshell.proxy.inference.InferenceLab.CHAT_BODY;
import static io.openshell.proxy.inference.InferenceLab.KEY;
import static io.openshell.proxy.inference.InferenceLab.MODELS;
import static io.openshell.proxy.inference.InferenceLab.chat;
import static io.openshell.proxy.inference.InferenceLab.completion;
import static io.openshell.proxy.inference.InferenceLab.json;
import static io.openshell.proxy.inference.InferenceLab.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests on their way to a backend, and which ones never get there. */
class InferenceRequestsTest {

    private static final String DENIED = "{\"error\":\"connection not allowed by policy\"}";

    @Test
    void a_request_gets_the_operators_model_and_key_and_loses_the_clients() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(request -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(post(
                            "/v1/chat/completions?a=b",
                            CHAT_BODY,
                            "Authorization: Bearer theirs",
                            "x-api-key: theirs",
                            "Cookie: c=theirs",
                            "Accept-Encoding: gzip",
                            "Connection: keep-alive",
                            "X-Custom: 1",
                            "User-Agent: agent/1"))
                    .readResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).contains("the completion");
            assertThat(response.header("transfer-encoding")).contains("chunked");
            assertThat(response.header("content-length")).isEmpty();
            ReceivedRequest received = backend.requests().getFirst();
            assertThat(received.line()).isEqualTo("POST /v1/chat/completions?a=b HTTP/1.1");
            assertThat(received.header("host")).contains("127.0.0.1:" + backend.port());
            assertThat(received.headers("authorization")).containsExactly("Bearer " + KEY);
            assertThat(received.header("accept-encoding")).contains("identity");
            assertThat(received.header("user-agent")).contains("agent/1");
            assertThat(received.text()).isEqualTo(CHAT_BODY.replace("theirs", "m0"));
            assertThat(backend.text()).doesNotContain("theirs", "X-Custom", "Cookie", "gzip");
            assertThat(lab.proxy.events())
                    .anyMatch(it -> it.startsWith(
                            "API:CREATE [INFO] openai_chat_completions -> openai [model:m0]" + " [status:200]"));
            String event = lab.proxy.jsonEvents().getLast();
            assertThat(event)
                    .contains("\"class_uid\":6003", "\"input_tokens\":\"5\"", "\"output_tokens\":\"2\"", "latency_ms")
                    .doesNotContain("prompt\"", "the prompt", "the completion", KEY);
        }
    }

    @Test
    void other_profiles_have_other_fields() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(request -> json(200, "{}"));
                InferenceLab lab = InferenceLab.with(
                        "routes: [{provider_type: anthropic, model: claude, endpoint: \"http://127.0.0.1:%d\"}]"
                                .formatted(backend.port()),
                        backend);
                RawClient client = lab.connect()) {
            client.send(post("/v1/messages", "{}", "anthropic-beta: b", "Authorization: Bearer theirs"))
                    .readResponse();

            ReceivedRequest received = backend.requests().getFirst();
            assertThat(received.target()).isEqualTo("/v1/messages");
            assertThat(received.headers("x-api-key")).containsExactly(KEY);
            assertThat(received.header("authorization")).isEmpty();
            assertThat(received.header("anthropic-version")).contains("2023-06-01");
            assertThat(received.header("anthropic-beta")).contains("b");
            assertThat(received.text()).isEqualTo("{\"model\":\"claude\"}");
        }
    }

    @Test
    void a_list_of_models_comes_whole_and_costs_nothing() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(request -> Reply.raw(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nKeep-Alive: 5\r\n\r\n"
                                + String.join("\r\n", "5", "{\"a\":", "2", "1}", "0", "", "")));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(MODELS).readResponse();

            assertThat(response.text()).isEqualTo("{\"a\":1}");
            assertThat(response.header("content-length")).contains("7");
            assertThat(response.header("transfer-encoding")).isEmpty();
            assertThat(response.header("keep-alive")).isEmpty();
            assertThat(response.header("connection")).isEmpty();
            assertThat(backend.requests().getFirst().header("content-length")).isEmpty();
            assertThat(lab.proxy.jsonEvents().getLast()).contains("\"output_tokens\":\"0\"", "Read");
        }
    }

    @Test
    void requests_follow_each_other_on_a_connection_and_at_the_backend() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(request -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY) + MODELS + chat(CHAT_BODY));

            for (int i = 0; i < 3; i++) {
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            assertThat(backend.connections()).hasSize(1);
            assertThat(backend.requests()).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/modelsx HTTP/1.1\r\nHost: inference.local\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: inference.local\r\n\r\n",
                "POST /v1/models HTTP/1.1\r\nHost: inference.local\r\nContent-Length: 0\r\n\r\n",
                "GET /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\n\r\n",
                "GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n",
                "GET /v1/%2e%2e/v1/models/../../x HTTP/1.1\r\nHost: inference.local\r\n\r\n",
                "GET https://inference.local/v1/models HTTP/1.1\r\nHost: inference.local\r\n\r\n",
                "DELETE /v1/models/m HTTP/1.1\r\nHost: inference.local\r\n\r\n",
            })
    void what_is_no_inference_is_refused_and_ends_the_connection_whatever_went_before(String request) throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            RawResponse refused = client.send(request).readResponse();

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).isEqualTo(DENIED);
            assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
            assertThat(backend.requests()).hasSize(1);
            assertThat(lab.proxy.jsonEvents())
                    .anyMatch(it -> it.contains("Inference interception denied: ") && it.contains("\"Medium\""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1//chat/completions",
                "/v1/./chat/completions",
                "/v1/x/../chat/completions",
                "/v1/chat;x=y/completions",
                "/v1/chat/completion%73",
                "/v1/models/%2e%2e/chat/completions",
            })
    void a_path_that_is_another_spelling_of_one_goes_out_in_the_plain_one(String path) throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(post(path, CHAT_BODY)).readResponse().status())
                    .isEqualTo(200);
            assertThat(backend.requests().getFirst().target()).isEqualTo("/v1/chat/completions");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/V1/chat/completions",
                "/v1/chat/completions/",
                "/v1/chat/completions/x",
                "/v1/chat%2fcompletions",
                "/v1/chat%5ccompletions",
                "/v1/chat\\completions",
                "/v1/chat/completions%00",
                "/v1/chat/completions%20",
                "/v1/chat/completions#x",
                "/v1/chat/completion%2573",
                "/v1/chat/completions/..",
                "/../v1/chat/completions",
                "/v1/%252e%252e/v1/chat/completions",
                "v1/chat/completions",
                "//inference.local/v1/chat/completions",
                "*",
            })
    void a_path_that_is_none_goes_nowhere(String path) throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse refused = client.send(post(path, CHAT_BODY)).readResponse();

            assertThat(refused.status()).isIn(400, 403);
            assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
            assertThat(backend.text()).isEmpty();
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("Inference interception denied: "));
        }
    }

    @Test
    void a_model_of_the_list_is_asked_for_within_it() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> json(200, "{}"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            client.send(MODELS.replace("/v1/models", "/v1/models/a%2Db/./c")).readResponse();
            assertThat(backend.requests().getFirst().target()).isEqualTo("/v1/models/a-b/c");

            assertThat(client.send(MODELS.replace("/v1/models", "/v1/models/..%2f..%2fadmin"))
                            .readResponse()
                            .status())
                    .isEqualTo(403);
            assertThat(backend.requests()).hasSize(1);
        }
    }

    @Test
    void ambiguous_framing_is_refused_and_ends_the_connection() throws Exception {
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\n";
        for (String fields : List.of(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
                "Content-Length: +2\r\n\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")) {
            assertRefused(head + fields, 400, "Bad Request");
        }
        assertRefused("POST /v1/chat/completions HTTP/1.0\r\nHost: inference.local\r\n\r\n", 400, "Bad Request");
        assertRefused(head + "X: " + "y".repeat(20_000), 431, "Request Header Fields Too Large");
    }

    @Test
    void too_much_body_is_refused_by_size_and_by_chunks() throws Exception {
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\n";
        assertRefused(head + "Content-Length: 10485761\r\n\r\n", 413, "Payload Too Large");
        assertRefused(
                head + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\n \r\n".repeat(4097), 413, "Payload Too Large");
        String mebibyte = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";
        assertRefused(
                head + "Transfer-Encoding: chunked\r\n\r\n" + mebibyte.repeat(10) + "1\r\n \r\n0\r\n\r\n",
                413,
                "Payload Too Large");
    }

    @Test
    void bodies_that_hold_too_much_together_are_refused_until_there_is_room_again() throws Exception {
        String large = "POST /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\nContent-Length: " + (10 << 20)
                + "\r\n\r\n" + " ".repeat((10 << 20) - 1);
        String last = large.substring(0, large.length() - (6 << 20) + (16 << 10));
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend)) {
            RawResponse refused =
                    firstAnswer(lab, Stream.concat(Stream.generate(() -> large).limit(6), Stream.of(last)));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).contains("1");
            assertThat(refused.text()).isEqualTo("{\"error\":\"too many large requests\"}");
            assertThat(backend.await(() -> lab.proxy.server().openConnections() == 0, Duration.ofSeconds(10)))
                    .isTrue();
            try (RawClient client = lab.connect()) {
                String next = chat("{\"x\":\"" + "y".repeat(5 << 20) + "\"}");
                assertThat(client.send(next).readResponse().status())
                        .as("once those have gone")
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void answers_that_are_passed_on_whole_hold_no_more_together() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + (24 << 20) + "\r\n\r\n");
                    Talk.write(out, " ".repeat((24 << 20) - 1));
                    Talk.await(over);
                });
                InferenceLab lab = InferenceLab.openai(backend)) {
            RawResponse refused = firstAnswer(lab, Stream.generate(() -> MODELS).limit(3));

            assertThat(refused.status()).isEqualTo(502);
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("the sandbox's requests hold too much"));
            over.countDown();
        }
    }

    /** The first answer to any of these requests, each on a connection of its own; the others end then. */
    private static RawResponse firstAnswer(InferenceLab lab, Stream<String> requests) throws Exception {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            return each.invokeAny(requests.<Callable<RawResponse>>map(request -> () -> {
                        try (RawClient client = lab.connect().patience(Duration.ofSeconds(20))) {
                            return client.send(request).readResponse();
                        }
                    })
                    .toList());
        }
    }

    @Test
    void a_body_of_as_much_as_is_taken_arrives() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            String body = "{\"x\":\"" + "y".repeat((10 << 20) - 8) + "\"}";
            assertThat(client.send(chat(body)).readResponse().status()).isEqualTo(200);
            assertThat(backend.requests().getFirst().body().length)
                    .isEqualTo(body.length() + "\"model\":\"m0\",".length());

            String chunked = "POST /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n" + "1\r\n \r\n".repeat(4094)
                    + "1\r\n}\r\n0\r\n\r\n";
            assertThat(client.send(chunked).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void a_request_in_single_bytes_is_the_same_request() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            client.sendBytewise(chat(CHAT_BODY).getBytes(StandardCharsets.UTF_8));
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(backend.requests().getFirst().text()).contains("\"m0\"");
        }
    }

    @Test
    void a_client_that_asks_first_is_told_to_go_on() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            String request = chat(CHAT_BODY, "Expect: 100-continue");
            client.send(request.substring(0, request.length() - CHAT_BODY.length()));
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 Continue\r\n");

            assertThat(client.send(CHAT_BODY).readResponse().status()).isEqualTo(200);
            assertThat(backend.requests().getFirst().header("expect")).isEmpty();
        }
    }

    @Test
    void a_client_that_wants_no_more_has_its_connection_ended() throws Exception {
        for (Reply reply : List.of(completion(5, 2), json(401, "{}"))) {
            try (RecordingUpstream backend = RecordingUpstream.plain(any -> reply);
                    InferenceLab lab = InferenceLab.openai(backend);
                    RawClient client = lab.connect()) {
                RawResponse response =
                        client.send(chat(CHAT_BODY, "Connection: close")).readResponse();

                assertThat(response.header("connection")).contains("close");
                assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
            }
        }
    }

    @Test
    void a_request_that_goes_nowhere_costs_nothing() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab =
                        InferenceLab.with(InferenceLab.routes(backend) + "budget: {tokens_per_day: 50}", backend);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(chat("x".repeat(1000))).readResponse().status())
                        .isEqualTo(400);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "[1]", "{\"model\":\"a\"} {\"model\":\"b\"}", ""})
    void a_body_from_which_the_model_cannot_be_told_goes_nowhere(String body) throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse refused = client.send(chat(body)).readResponse();

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).startsWith("{\"error\":\"request body: not");
            assertThat(backend.text()).isEmpty();
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void without_routes_each_request_is_told_so() throws Exception {
        try (InferenceLab lab = InferenceLab.with("routes: []");
                RawClient client = lab.connect()) {
            for (int i = 0; i < 2; i++) {
                RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.text()).contains("inference is not configured", "--inference");
            }
        }
    }

    @Test
    void a_protocol_that_no_route_serves_is_refused() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(post("/v1/messages", "{}")).readResponse();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isEqualTo("{\"error\":\"no compatible inference route available\"}");
            assertThat(backend.text()).isEmpty();
        }
    }

    @Test
    void only_tls_to_this_name_and_port_is_answered_here() throws Exception {
        try (InferenceLab lab = InferenceLab.with("routes: []")) {
            try (RawClient client = lab.proxy.tunnel("INFERENCE.local.", 443)) {
                assertThat(client.send("GET /v1/models HTTP/1.1\r\nHost: inference.local\r\n\r\n")
                                .readToEnd())
                        .isEmpty();
            }
            try (RawClient client = lab.proxy.connect()) {
                assertThat(client.askTunnel("inference.local:8443").status()).isEqualTo(403);
            }
            try (RawClient client = lab.proxy.connect()) {
                RawResponse plain = client.send(
                                "GET http://inference.local/v1/models HTTP/1.1\r\nHost: inference.local\r\n\r\n")
                        .readResponse();
                assertThat(plain.status()).isEqualTo(403);
                assertThat(plain.text()).contains("policy_denied");
            }
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("the tunnel carries no TLS"));
        }
    }

    @Test
    void tls_for_another_name_ends_here() throws Exception {
        try (InferenceLab lab = InferenceLab.with("routes: []");
                RawClient client = lab.proxy.tunnel("inference.local", 443)) {
            assertThatThrownBy(() -> client.startTls(lab.proxy.clientContext(), "api.openai.com"))
                    .isInstanceOf(IOException.class);
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("Inference interception denied: "));
        }
    }

    @Test
    void no_program_has_to_be_known_and_no_policy_asked() throws IOException {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend)) {
            lab.proxy.usePeer(new PeerIdentity.Unknown("nobody"));
            try (RawClient client = lab.connect()) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_backend_with_tls_must_prove_who_it_is() throws Exception {
        try (RecordingUpstream good = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("backend.test").serverContext(), any -> completion(5, 2));
                RecordingUpstream bad = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("other.test").serverContext(), any -> completion(5, 2));
                InferenceLab lab = InferenceLab.with("""
                        routes:
                          - {provider_type: openai, model: bad, endpoint: "https://wrong.test/v1"}
                          - {provider_type: openai, model: good, endpoint: "https://backend.test/v1"}
                        """)) {
            lab.proxy.host("backend.test", 443, good.address()).host("wrong.test", 443, bad.address());
            try (RawClient client = lab.connect()) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            }
            assertThat(bad.text()).isEmpty();
            assertThat(good.requests().getFirst().text()).contains("\"good\"");
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("TLS handshake with the backend failed"));
        }
    }

    @Test
    void a_metadata_address_is_no_backend_and_a_key_stays_off_public_networks_in_clear() throws Exception {
        try (RecordingUpstream trap = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.with("""
                        routes:
                          - {provider_type: openai, model: a, endpoint: "http://169.254.169.254/v1"}
                          - {provider_type: openai, model: b, endpoint: "http://rebound.test/v1"}
                          - {provider_type: openai, model: c, endpoint: "http://clear.test/v1"}
                        """)) {
            lab.proxy.route("169.254.169.254", 80, trap.address()).host("clear.test", 80, trap.address());
            lab.proxy.resolve("rebound.test", "169.254.169.254");
            try (RawClient client = lab.connect()) {
                RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.text()).isEqualTo("{\"error\":\"inference service unavailable\"}");
            }
            assertThat(trap.text()).isEmpty();
            assertThat(lab.proxy.jsonEvents())
                    .anyMatch(it -> it.contains("metadata"))
                    .anyMatch(it -> it.contains("public address in clear"));
        }
    }

    private static void assertRefused(String request, int status, String body) throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse refused = client.send(request).readResponse();

            assertThat(refused.status()).as(refused.head()).isEqualTo(status);
            assertThat(refused.text()).isEqualTo(body);
            assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
            assertThat(backend.text()).isEmpty();
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("Inference interception denied: "));
        }
    }
}
