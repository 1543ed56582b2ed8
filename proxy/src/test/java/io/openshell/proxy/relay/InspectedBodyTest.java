package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that an inspector must see whole, before anything of the request goes upstream. */
class InspectedBodyTest {

    private static final String POST = "POST /p HTTP/1.1\r\nHost: api.test\r\n";

    private RecordingUpstream upstream;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
        proxy = ProxyFixture.withEndpoint("host: api.test, port: 80, protocol: prefix, enforcement: enforce,"
                        + " allow: [POST /p], body: 20")
                .host("api.test", 80, upstream.address());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void an_allowed_body_goes_on_with_a_length_of_its_own() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nple\r\n");
            client.send("4\r\nase!\r\n0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send(POST + "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("please");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.requests()).hasSize(2);
        assertThat(upstream.requests().getFirst().header("content-length")).contains("7");
        assertThat(upstream.requests().getFirst().text()).isEqualTo("please!");
    }

    @Test
    void a_denied_body_and_one_that_is_too_long_never_reach_the_upstream() throws IOException {
        String[] refused = {
            "Content-Length: 4\r\n\r\nmine",
            "Content-Length: 21\r\n\r\nplease please please!",
            "Content-Length: 999999999999\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n15\r\nplease please please!\r\n0\r\n\r\n",
            "\r\n"
        };
        for (String rest : refused) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                assertThat(client.send(POST + rest).readResponse().status())
                        .as(rest)
                        .isEqualTo(403);
            }
        }
        assertThat(upstream.text()).isEmpty();
    }
}
