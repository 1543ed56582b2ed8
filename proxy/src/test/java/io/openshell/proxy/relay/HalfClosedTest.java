package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Clients that end their side while something is under way. */
class HalfClosedTest {

    private static final String ENDPOINT =
            "host: api.test, port: 80, protocol: prefix, enforcement: enforce, allow: [POST /]";

    @RepeatedTest(20)
    void a_complete_request_is_answered_whenever_the_end_arrives() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("got " + request.text()));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 80, upstream.address());
                RawClient client = proxy.connect()) {
            client.send("POST http://api.test/ HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhello");
            client.finish();
            assertThat(client.readResponse().text()).isEqualTo("got hello");
        }
    }

    @Test
    void a_request_whose_body_will_not_come_ends_the_connection() throws IOException, InterruptedException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("never"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 80, upstream.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhel");
            client.finish();
            assertThat(client.closesWithin(Duration.ofSeconds(3))).isTrue();
            assertThat(upstream.requests()).isEmpty();
            assertThat(upstream.await(
                            () -> upstream.connections().stream().allMatch(it -> it.ended()), Duration.ofSeconds(3)))
                    .isTrue();
        }
    }
}
