package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.2 200 OK\r\n\r\n",
                "HTTQ/1.1 200 OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "\0HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 +20 OK\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 \r\n\r\n",
                "H\r\n\r\n",
                "HTTP/1.1 200 O\0K\r\n\r\n",
                "HTTP/1.1 200 OK\rX: y\r\n\r\n",
                "HTTP/1.1 200 OK\n\r\n",
                "HTTP/1.1 200 OK\r\nX: y\n\r\n",
                "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX y\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 1\r\n\r\n"
            })
    void refuses(String head) {
        HttpProblem problem = Wire.problem(Wire.response(head));
        assertThat(problem.status()).isEqualTo(502);
        assertThat(problem.rule()).startsWith("RFC 91");
    }

    @Test
    void reads_version_status_reason_and_fields() {
        ResponseHead head = Wire.responseHead("HTTP/1.0 404 Not  Found\r\nContent-Length: 3\r\n\r\n");
        assertThat(head.version()).isEqualTo(HttpVersion.HTTP_1_0);
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.reason()).isEqualTo("Not  Found");
        assertThat(head.framing()).isEqualTo(new BodyFraming.Length(3));
        assertThat(head.isPersistent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 200\r\n\r\n"})
    void an_empty_reason_may_lack_its_space(String head) {
        assertThat(Wire.responseHead(head).reason()).isEmpty();
    }

    @Test
    void passes_bytes_of_values_that_are_not_utf_8() {
        ResponseHead head = Wire.responseHead("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: caf\u00e9\r\n\r\n");
        ByteBuf out = Unpooled.buffer();
        ResponseWriter.write(out, head, head.framing(), ConnectionField.KEEP_ALIVE);
        assertThat(Wire.text(out)).contains("X: caf\u00e9\r\n");
    }

    @Test
    void tells_interim_responses_and_switches_from_final_ones() {
        assertThat(Wire.responseHead("HTTP/1.1 103 Early Hints\r\n\r\n").isInterim())
                .isTrue();
        assertThat(Wire.responseHead("HTTP/1.1 101 Switching Protocols\r\n\r\n").isInterim())
                .isFalse();
        assertThat(Wire.responseHead("HTTP/1.1 101 Switching Protocols\r\n\r\n").isSwitchingProtocols())
                .isTrue();
    }

    @Test
    void reads_the_same_however_the_head_is_divided_and_leaves_the_body() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: y\r\n\r\n";
        for (int at = 1; at < head.length(); at++) {
            ResponseHeadParser parser = new ResponseHeadParser();
            ByteBuf in = Unpooled.buffer().writeBytes(Wire.bytes(head.substring(0, at)));
            assertThat(parser.parse(in, ProxyLimits.RESPONSE_HEAD, "GET")).isInstanceOf(HeadResult.Incomplete.class);
            in.writeBytes(Wire.bytes(head.substring(at) + "body"));
            assertThat(parser.parse(in, ProxyLimits.RESPONSE_HEAD, "GET")).isInstanceOf(HeadResult.Complete.class);
            assertThat(Wire.text(in)).isEqualTo("body");
        }
    }

    @Test
    void a_head_beyond_the_limit_is_too_large() {
        assertThat(Wire.response("HTTP/1.1 200 OK\r\nX: " + "x".repeat(ProxyLimits.RESPONSE_HEAD)))
                .isInstanceOf(HeadResult.TooLarge.class);
    }
}
