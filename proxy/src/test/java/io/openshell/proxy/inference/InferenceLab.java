package io.openshell.proxy.inference;

import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.inference.KeySource;
import io.openshell.core.inference.RouteFile;
import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.ProxyRuntime;
import io.openshell.testkit.FakeClock;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A proxy with inference, its backends on loopback, and what is sent to and fro. */
final class InferenceLab implements AutoCloseable {

    static final String KEY = "sk-operator-canary-0123456789";
    static final String CHAT_BODY =
            "{\"model\":\"theirs\",\"messages\":[{\"role\":\"user\",\"content\":\"the prompt\"}]}";
    static final String MODELS = "GET /v1/models HTTP/1.1\r\nHost: inference.local\r\n\r\n";

    final FakeClock clock = FakeClock.at(Instant.parse("2026-03-01T10:00:00Z"));
    final ProxyFixture proxy;

    private InferenceLab(String routes, Optional<ProxyRuntime> runtime, RecordingUpstream... backends)
            throws IOException {
        RouteFile.Result result =
                RouteFile.read(routes, KeySource.of(Map.of("OPENAI_API_KEY", KEY, "ANTHROPIC_API_KEY", KEY)));
        if (!(result instanceof RouteFile.Loaded loaded)) {
            throw new IllegalArgumentException(result.toString());
        }
        InferenceSettings settings = loaded.settings();
        proxy = runtime.isPresent()
                ? ProxyFixture.withInference(settings, clock, runtime.get())
                : ProxyFixture.withInference(settings, clock);
        for (RecordingUpstream backend : backends) {
            proxy.route("127.0.0.1", backend.port(), backend.address());
        }
    }

    /** Routes as in a file; backends are on 127.0.0.1. */
    static InferenceLab with(String routes, RecordingUpstream... backends) throws IOException {
        return new InferenceLab(routes, Optional.empty(), backends);
    }

    /** The same, with time-outs that the test lets pass. */
    static InferenceLab with(PassingTime time, String routes, RecordingUpstream... backends) throws IOException {
        return new InferenceLab(routes, Optional.of(time.runtime()), backends);
    }

    /** One route of the openai profile to each backend, in order, named m0, m1 and so on. */
    static InferenceLab openai(RecordingUpstream... backends) throws IOException {
        return new InferenceLab(routes(backends), Optional.empty(), backends);
    }

    /** The same, with time-outs that the test lets pass. */
    static InferenceLab openai(PassingTime time, RecordingUpstream... backends) throws IOException {
        return with(time, routes(backends), backends);
    }

    /** What {@link #openai} has, as a file. */
    static String routes(RecordingUpstream... backends) {
        StringBuilder text = new StringBuilder("routes:\n");
        for (int i = 0; i < backends.length; i++) {
            text.append("  - {provider_type: openai, model: m%d, endpoint: \"http://127.0.0.1:%d/v1\"}\n"
                    .formatted(i, backends[i].port()));
        }
        return text.toString();
    }

    /** A connection to inference.local with TLS. */
    RawClient connect() throws IOException {
        return proxy.tlsTunnel("inference.local", 443);
    }

    static String chat(String body, String... fields) {
        return post("/v1/chat/completions", body, fields);
    }

    static String post(String target, String body, String... fields) {
        StringBuilder head = new StringBuilder(
                "POST " + target + " HTTP/1.1\r\nHost: inference.local\r\n" + "Content-Type: application/json\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** An answer with a JSON body. */
    static Reply json(int status, String body) {
        return Reply.raw("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    /** A chat completion that used so many tokens. */
    static Reply completion(int input, int output) {
        return json(200, """
                {"choices":[{"message":{"content":"the completion"}}],"usage":{"prompt_tokens":%d,"completion_tokens":%d}}""".formatted(input, output));
    }

    @Override
    public void close() {
        proxy.close();
    }
}
