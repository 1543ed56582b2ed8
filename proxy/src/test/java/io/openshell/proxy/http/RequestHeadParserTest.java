package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadParserTest {

    private static final String HOST = "Host: a.test\r\n";

    static Stream<String> accepted() {
        return Stream.of(
                "GET / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /a?b=c HTTP/1.1\r\nhOsT: A.TEST:8080\r\nAccept:*/*\r\nX-Empty:\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "M-SEARCH * HTTP/1.1\r\n" + HOST + "\r\n",
                "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n",
                "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\nProxy-Connection: Keep-Alive\r\n\r\n",
                "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n",
                "GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n",
                "GET http://a.test:80/x HTTP/1.1\r\nHost: a.test\r\n\r\n",
                "GET http://A.test./x HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
                "GET http://a.test?q HTTP/1.1\r\nHost: a.test\r\n\r\n",
                "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nContent-Length:5\r\n\r\n",
                "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: Chunked\r\n\r\n",
                "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n",
                "GET / HTTP/1.1\r\n" + HOST + "X-Name:  caf\u00c3\u00a9 \t \r\n\r\n",
                "GET / HTTP/1.1\r\n" + HOST + "x_custom_name: 1\r\n\r\n",
                "GET / HTTP/1.1\r\n" + HOST + "Connection: close, X-Hop,,\r\nX-Hop: 1\r\n\r\n",
                "GET /ws HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 9223372036854775807\r\n\r\n");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                // request line
                refused("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n", "section 2.2"),
                refused("\0GET / HTTP/1.1\r\n" + HOST + "\r\n", "section 2.2"),
                refused("\u0001\u0002GET / HTTP/1.1\r\n" + HOST + "\r\n", "section 2.2"),
                refused(" GET / HTTP/1.1\r\n" + HOST + "\r\n", "section 2.2"),
                refused("GET  / HTTP/1.1\r\n" + HOST + "\r\n", "section 3"),
                refused("GET /  HTTP/1.1\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / HTTP/1.1 \r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET\t/ HTTP/1.1\r\n" + HOST + "\r\n", "section 3.1"),
                refused("GET /\tHTTP/1.1\r\n" + HOST + "\r\n", "section 3"),
                refused("GET /a b HTTP/1.1\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET /\r\n" + HOST + "\r\n", "section 3"),
                refused("GET\r\n" + HOST + "\r\n", "section 3.1"),
                refused("G(T / HTTP/1.1\r\n" + HOST + "\r\n", "section 3.1"),
                refused("GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n", "section 3"),
                refused("GET /\0 HTTP/1.1\r\n" + HOST + "\r\n", "section 3"),
                refused("GET /\u007f HTTP/1.1\r\n" + HOST + "\r\n", "section 3"),
                refused("GET a.test HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2"),
                refused("GET a.test:80 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2"),
                refused("GET http:/x HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2"),
                // version
                refused("GET / HTTP/2.0\r\n" + HOST + "\r\n", "section 2.3"),
                refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "section 2.3"),
                refused("GET / HTTP/0.9\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / HTTP/1.2\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / HTTP/1.10\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / http/1.1\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / HTTP/1.1\r\r\n" + HOST + "\r\n", "section 2.3"),
                refused("GET / FOO\r\n" + HOST + "\r\n", "section 2.3"),
                // lines
                refused("GET / HTTP/1.1\n" + HOST + "\r\n", "section 2.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test\n\r\n", "section 2.2"),
                refused("GET / HTTP/1.1\r\n" + HOST + "\n", "section 2.2"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X: a\rb\r\n\r\n", "section 5.5"),
                // names
                refused("GET / HTTP/1.1\r\n" + HOST + " X: folded\r\n\r\n", "section 5.2"),
                refused("GET / HTTP/1.1\r\n" + HOST + "\tX: folded\r\n\r\n", "section 5.2"),
                refused("GET / HTTP/1.1\r\nHost : a.test\r\n\r\n", "section 5.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Transfer-Encoding\t: chunked\r\n\r\n", "section 5.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "NoColon\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + ": empty name\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X\0Y: 1\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X\u0085: 1\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X\u00a0: 1\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X(Y): 1\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Content_Length: 5\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "transfer_encoding: chunked\r\n\r\n", "section 5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X-Forwarded_For: 1.1.1.1\r\n\r\n", "section 5"),
                // values
                refused("GET / HTTP/1.1\r\n" + HOST + "X: a\0b\r\n\r\n", "section 5.5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X: a\u0008b\r\n\r\n", "section 5.5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X: \u00ff\r\n\r\n", "section 5.5"),
                refused("GET / HTTP/1.1\r\n" + HOST + "X: \u00c0\u00ae\r\n\r\n", "section 5.5"),
                // host
                refused("GET / HTTP/1.1\r\n\r\n", "section 3.2"),
                refused("GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n", "section 3.2"),
                refused("GET / HTTP/1.1\r\nHost:\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: u@a.test\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test b.test\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test:\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test:80:80\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test:65536\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test:+80\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a%2etest\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a.test/x\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: a\\test\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: [::1]443\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n", "section 7.2"),
                refused("GET / HTTP/1.1\r\nHost: \u00c3\u00a9.test\r\n\r\n", "section 7.2"),
                refused("GET http://b.test/ HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.2"),
                refused("GET http://a.test:81/ HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.2"),
                refused("GET http://a.test@b.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n", "section 3.2.2"),
                refused("GET http:///x HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.2"),
                refused("CONNECT a.test HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT a.test: HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT a.test:abc HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT a.test:65536 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT a.test:80:x HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT [::1 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT [::1] HTTP/1.1\r\nHost: [::1]\r\n\r\n", "section 3.2.3"),
                refused("CONNECT [::1]443 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT [::1]: HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT ::1:443 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT u@a.test:443 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT http://a.test:443 HTTP/1.1\r\n" + HOST + "\r\n", "section 3.2.3"),
                refused("CONNECT a.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n", "section 3.2.2"),
                refused("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:80\r\n\r\n", "section 3.2.2"),
                refused("CONNECT a.test:443 HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n", "section 9.3"),
                // connection, trailer, upgrade, expect
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: content-length\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: close, Host\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: transfer-encoding\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: Authorization\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: x\r\nConnection: cookie\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: a b\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: a;b\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Connection: " + "x,".repeat(33) + "\r\n\r\n", "section 7.6.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Trailer: X, Authorization\r\n\r\n", "section 6.5.1"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Upgrade: h2c\r\n\r\n", "section 7.8"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Upgrade: websocket, H2C\r\n\r\n", "section 7.8"),
                refused("GET / HTTP/1.1\r\n" + HOST + "Upgrade: HTTP/2.0\r\n\r\n", "section 7.8"),
                refused("GET / HTTP/1.1\r\n" + HOST + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", "section 7.8"),
                refused("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nExpect: magic\r\n\r\n", "section 10.1.1"));
    }

    private static Arguments refused(String head, String rule) {
        return Arguments.of(head, rule);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void accepts_and_leaves_what_follows(String head) {
        ByteBuf in = Wire.buffer(head + "next");
        assertThat(new RequestHeadParser().parse(in, ProxyLimits.REQUEST_HEAD))
                .isInstanceOfSatisfying(
                        HeadResult.Complete.class,
                        complete -> assertThat(complete.consumed()).isEqualTo(head.length()));
        assertThat(Wire.text(in)).isEqualTo("next");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses_and_cites_the_rule(String head, String rule) {
        HttpProblem problem = Wire.problem(Wire.request(head));
        assertThat(problem.rule()).startsWith("RFC 9").endsWith(rule);
        assertThat(problem.message()).contains("(expected: ").isPrintable();
        assertThat(problem.status()).isEqualTo(problem.rule().contains("10.1.1") ? 417 : 400);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void reads_the_same_however_the_head_is_divided(String head) {
        RequestHead whole = Wire.requestHead(head);
        for (int at = 1; at < head.length(); at++) {
            RequestHeadParser parser = new RequestHeadParser();
            ByteBuf in = Unpooled.buffer();
            in.writeBytes(Wire.bytes(head.substring(0, at)));
            assertThat(parser.parse(in, ProxyLimits.REQUEST_HEAD)).isInstanceOf(HeadResult.Incomplete.class);
            assertThat(in.readableBytes()).isEqualTo(at);
            in.writeBytes(Wire.bytes(head.substring(at)));
            assertThat(parser.parse(in, ProxyLimits.REQUEST_HEAD))
                    .isInstanceOfSatisfying(HeadResult.Complete.class, complete -> assertSame(complete, whole));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses_however_the_head_is_divided(String head, String rule) {
        for (int at = 1; at < head.length(); at++) {
            RequestHeadParser parser = new RequestHeadParser();
            ByteBuf in = Unpooled.buffer();
            in.writeBytes(Wire.bytes(head.substring(0, at)));
            HeadResult<RequestHead> first = parser.parse(in, ProxyLimits.REQUEST_HEAD);
            if (first instanceof HeadResult.Incomplete<RequestHead>) {
                in.writeBytes(Wire.bytes(head.substring(at)));
                first = parser.parse(in, ProxyLimits.REQUEST_HEAD);
            }
            assertThat(Wire.problem(first).rule()).endsWith(rule);
        }
    }

    @Test
    void reads_one_request_after_another_from_one_buffer_byte_by_byte() {
        String two = "GET /1 HTTP/1.1\r\n" + HOST + "\r\nGET /2 HTTP/1.1\r\n" + HOST + "\r\n";
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuf in = Unpooled.buffer();
        StringBuilder targets = new StringBuilder();
        for (byte octet : Wire.bytes(two)) {
            in.writeByte(octet);
            if (parser.parse(in, ProxyLimits.REQUEST_HEAD) instanceof HeadResult.Complete<RequestHead> complete) {
                targets.append(complete.head().target());
                in.discardReadBytes();
            }
        }
        assertThat(targets).hasToString("/1/2");
    }

    @Test
    void a_head_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
        String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        String atLimit = start + "x".repeat(ProxyLimits.FIRST_HEAD - start.length() - 4) + "\r\n\r\n";
        String beyond = start + "x".repeat(ProxyLimits.FIRST_HEAD - start.length() - 3) + "\r\n\r\n";
        assertThat(atLimit).hasSize(ProxyLimits.FIRST_HEAD);
        assertThat(new RequestHeadParser().parse(Wire.buffer(atLimit), ProxyLimits.FIRST_HEAD))
                .isInstanceOf(HeadResult.Complete.class);
        assertThat(new RequestHeadParser().parse(Wire.buffer(beyond), ProxyLimits.FIRST_HEAD))
                .isInstanceOf(HeadResult.TooLarge.class);
    }

    @Test
    void a_head_that_fills_the_limit_without_ending_is_too_large() {
        String endless = "GET /" + "a".repeat(ProxyLimits.FIRST_HEAD);
        assertThat(new RequestHeadParser()
                        .parse(Wire.buffer(endless.substring(0, ProxyLimits.FIRST_HEAD)), ProxyLimits.FIRST_HEAD))
                .isInstanceOf(HeadResult.TooLarge.class);
        assertThat(new RequestHeadParser()
                        .parse(Wire.buffer(endless.substring(0, ProxyLimits.FIRST_HEAD - 1)), ProxyLimits.FIRST_HEAD))
                .isInstanceOf(HeadResult.Incomplete.class);
    }

    @Test
    void refuses_more_fields_than_the_limit() {
        String head = "GET / HTTP/1.1\r\n" + HOST + "a:\r\n".repeat(ProxyLimits.FIELDS) + "\r\n";
        assertThat(Wire.problem(Wire.request(head)).status()).isEqualTo(431);
    }

    @Test
    void a_problem_never_shows_a_credential() {
        String head = "GET / HTTP/1.1\r\n" + HOST + "Authorization: Bearer s3cr\0et\r\n\r\n";
        assertThat(Wire.problem(Wire.request(head)).toString())
                .contains("Authorization")
                .doesNotContain("s3cr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 close", "HTTP/1.0 keep-alive", "HTTP/1.0 "})
    void knows_when_no_other_request_may_follow(String versionAndOption) {
        String[] parts = versionAndOption.split(" ", -1);
        assertThat(Wire.requestHead("GET / " + parts[0] + "\r\n" + HOST + "Connection: " + parts[1] + "\r\n\r\n")
                        .isPersistent())
                .isFalse();
    }

    @Test
    void compares_host_with_the_authority_that_was_connected_to() {
        RequestHead head = Wire.requestHead("GET / HTTP/1.1\r\nHost: A.Test.\r\n\r\n");
        assertThat(head.isFor("a.test", 443, 443)).isTrue();
        assertThat(head.isFor("a.test", 8443, 443)).isFalse();
        assertThat(head.isFor("b.test", 443, 443)).isFalse();
        RequestHead six = Wire.requestHead("GET / HTTP/1.1\r\nHost: [2001:DB8::1]:8443\r\n\r\n");
        assertThat(six.isFor("2001:db8::1", 8443, 443)).isTrue();
        assertThat(Wire.requestHead("GET / HTTP/1.0\r\n\r\n").isFor("a.test", 443, 443))
                .isTrue();
    }

    @Test
    void tells_absolute_form_from_a_path_that_holds_a_url() {
        assertThat(Wire.requestHead("GET /fetch/http://x HTTP/1.1\r\n" + HOST + "\r\n")
                        .isAbsoluteForm())
                .isFalse();
        RequestHead absolute = Wire.requestHead("GET HTTP://a.test:80/x HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(absolute.scheme()).contains("http");
        assertThat(absolute.absoluteAuthority()).contains("a.test:80");
    }

    @Test
    void knows_upgrades_and_expectations() {
        RequestHead upgrade = Wire.requestHead(
                "GET / HTTP/1.1\r\n" + HOST + "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(upgrade.wantsUpgrade()).isTrue();
        assertThat(Wire.requestHead("GET / HTTP/1.1\r\n" + HOST + "Upgrade: websocket\r\n\r\n")
                        .wantsUpgrade())
                .isFalse();
        RequestHead expecting =
                Wire.requestHead("PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n");
        assertThat(expecting.expectsContinue()).isTrue();
    }

    private static void assertSame(HeadResult.Complete<?> actual, RequestHead expected) {
        assertThat(actual.head()).isInstanceOfSatisfying(RequestHead.class, head -> {
            assertThat(head.method()).isEqualTo(expected.method());
            assertThat(head.target()).isEqualTo(expected.target());
            assertThat(head.version()).isEqualTo(expected.version());
            assertThat(head.framing()).isEqualTo(expected.framing());
            assertThat(head.options()).isEqualTo(expected.options());
            assertThat(head.headers().names()).isEqualTo(expected.headers().names());
            assertThat(head.headers().names())
                    .allSatisfy(name -> assertThat(head.headers().all(name))
                            .isEqualTo(expected.headers().all(name)));
        });
    }
}
