package io.openshell.proxy.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.Reply;
import io.openshell.testkit.cases.HttpCase;
import io.openshell.testkit.cases.HttpCase.Way;
import io.openshell.testkit.cases.HttpCases;
import io.openshell.testkit.cases.UpstreamCase;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What hostile upstreams answer, and that the next request of another client is answered as if nothing had been. */
class UpstreamCasesTest {

    private static final AtomicReference<Reply> ANSWER = new AtomicReference<>(Reply.ok("fine"));

    private static CaseLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new CaseLab(UpstreamCasesTest::answer);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    static Stream<Arguments> cases() {
        return HttpCases.ofUpstreams().stream()
                .flatMap(it ->
                        Stream.of(Way.TLS_TUNNEL, Way.PLAIN_TUNNEL, Way.FORWARD).map(way -> Arguments.of(it, way)));
    }

    private static Reply answer(ReceivedRequest request) {
        return request.target().equals("/public/case") ? ANSWER.get() : Reply.ok("fine");
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("cases")
    void an_answer_is_passed_on_whole_or_not_at_all(UpstreamCase it, Way way) throws Exception {
        ANSWER.set(new Reply(it.answer().getBytes(StandardCharsets.ISO_8859_1), it.closes()));
        try (RawClient client = lab.open(way, HttpCase.HOST)) {
            client.send(request(it, way));
            if (it.status() == 0) {
                assertThatThrownBy(() -> client.readResponse(method(it)))
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(SocketTimeoutException.class);
            } else {
                check(it, client, client.readResponse(method(it)));
            }
        }
        try (RawClient other = lab.open(way, HttpCase.HOST)) {
            String target = (way == Way.FORWARD ? "http://" + HttpCase.HOST : "") + "/public/other";
            other.send("GET " + target + " HTTP/1.1\r\nHost: " + HttpCase.HOST + "\r\n\r\n");
            assertThat(other.readResponse().text()).isEqualTo("fine");
        }
    }

    private static void check(UpstreamCase it, RawClient client, RawResponse response) throws IOException {
        assertThat(response.status()).as("%s: %s", it, response).isEqualTo(it.status());
        boolean own = response.header("content-type").orElse("").equals("application/json");
        assertThat(own).as("answered by the proxy itself").isEqualTo(it.status() == 502);
        if (!own) {
            assertThat(response.text()).isEqualTo(it.body());
        }
        String everything = response + whatElseComes(client);
        assertThat(it.never()).noneMatch(everything::contains);
    }

    /** What comes within a moment although nothing was asked. */
    private static String whatElseComes(RawClient client) throws IOException {
        byte[] more = new byte[4096];
        try {
            int length = client.patience(Duration.ofMillis(30)).readSome(more);
            return length < 0 ? "" : new String(more, 0, length, StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException nothing) {
            return "";
        }
    }

    private static String method(UpstreamCase it) {
        return it.request().equals("UPGRADE") ? "GET" : it.request();
    }

    private static String request(UpstreamCase it, Way way) {
        String target = (way == Way.FORWARD ? "http://" + HttpCase.HOST : "") + "/public/case";
        String upgrade = it.request().equals("UPGRADE") ? "Connection: Upgrade\r\nUpgrade: raw\r\n" : "";
        return method(it) + " " + target + " HTTP/1.1\r\nHost: " + HttpCase.HOST + "\r\n" + upgrade + "\r\n";
    }
}
