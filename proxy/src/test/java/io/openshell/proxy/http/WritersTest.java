package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.openshell.api.inspect.HeaderEdit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WritersTest {

    private static final RequestWriter WRITER = RequestWriter.toAuthority("a.test", 443, 443, true);

    private static String write(RequestWriter writer, String head, String path, String query, ConnectionField field) {
        ByteBuf out = Unpooled.buffer();
        writer.write(out, Wire.requestHead(head), path, query, field);
        return Wire.text(out);
    }

    private static String write(String head) {
        return write(WRITER, head, "/x", "", ConnectionField.KEEP_ALIVE);
    }

    private static String response(String head, ConnectionField field) {
        ByteBuf out = Unpooled.buffer();
        ResponseHead parsed = Wire.responseHead(head);
        ResponseWriter.write(out, parsed, ResponseWriter.framingFor(parsed, HttpVersion.HTTP_1_1), field);
        return Wire.text(out);
    }

    @Test
    void a_request_goes_out_as_it_was_decided_with_host_from_the_authority() {
        String in =
                "GET http://A.TEST:443/a/../x?q=%20 HTTP/1.1\r\nHost: A.TEST.:443\r\nAccept:  text/html \r\nX:y\r\n\r\n";
        assertThat(write(WRITER, in, "/x", "q=%20", ConnectionField.KEEP_ALIVE))
                .isEqualTo("GET /x?q=%20 HTTP/1.1\r\nHost: a.test\r\nAccept: text/html\r\nX: y\r\n\r\n");
    }

    @Test
    void fields_that_end_at_this_hop_stay_here() {
        String in = Wire.lines(
                "GET / HTTP/1.1",
                "Host: a.test",
                "Connection: close, X-Hop",
                "X-Hop: 1",
                "x-hop: 2",
                "Keep-Alive: 5",
                "Proxy-Connection: close",
                "Proxy-Authorization: Basic x",
                "TE: trailers",
                "Trailer: X-Sum",
                "Upgrade: foo",
                "X-Stay: 3");
        assertThat(write(in)).isEqualTo("GET /x HTTP/1.1\r\nHost: a.test\r\nX-Stay: 3\r\n\r\n");
    }

    @Test
    void fields_that_would_redirect_the_judgement_go_only_where_nothing_is_judged() {
        String in =
                "POST / HTTP/1.1\r\nHost: a.test\r\nX-HTTP-Method-Override: DELETE\r\nX-Original-URL: /admin\r\n\r\n";
        assertThat(write(in)).doesNotContain("DELETE").doesNotContain("/admin");
        RequestWriter unread = RequestWriter.toAuthority("a.test", 443, 443, false);
        assertThat(write(unread, in, "/x", "", ConnectionField.KEEP_ALIVE)).contains("X-HTTP-Method-Override: DELETE");
    }

    @Test
    void framing_is_written_anew() {
        assertThat(write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\ncontent-length: 9\r\nX: y\r\n\r\n"))
                .isEqualTo("POST /x HTTP/1.1\r\nHost: a.test\r\nX: y\r\nContent-Length: 9\r\n\r\n");
        assertThat(write("POST / HTTP/1.1\r\nHost: a.test\r\ntransfer-encoding: CHUNKED\r\n\r\n"))
                .isEqualTo("POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void an_upgrade_goes_along_only_when_it_is_meant_to() {
        String in = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        assertThat(write(in)).doesNotContain("websocket");
        assertThat(write(WRITER, in, "/x", "", ConnectionField.UPGRADE))
                .isEqualTo("GET /x HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    }

    @Test
    void a_forward_adds_via_once_and_keeps_the_version() {
        RequestWriter forward =
                RequestWriter.toAuthority("2001:db8::1", 8080, 80, true).withVia();
        assertThat(write(forward, "GET / HTTP/1.0\r\n\r\n", "/", "", ConnectionField.CLOSE))
                .isEqualTo(Wire.lines(
                        "GET / HTTP/1.0",
                        "Host: [2001:db8::1]:8080",
                        "Connection: close",
                        "Via: 1.1 openshell-sandbox"));
        assertThat(write(forward, "GET / HTTP/1.0\r\nVia: 1.0 me\r\n\r\n", "/", "", ConnectionField.CLOSE))
                .contains("Via: 1.0 me")
                .doesNotContain("openshell");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/a b", "/a\r\nX: y", "/\u00e9", "/a?b", "/\0"})
    void nothing_but_a_path_is_ever_written_as_one(String path) {
        assertThatThrownBy(() -> write(WRITER, "GET / HTTP/1.0\r\n\r\n", path, "", ConnectionField.CLOSE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void edits_replace_add_and_remove_and_may_not_split_the_head() {
        RequestHead head = Wire.requestHead("GET / HTTP/1.1\r\nHost: a.test\r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n");
        HeaderFields edited = head.headers()
                .edited(List.of(new HeaderEdit("a", "new"), new HeaderEdit("B", null), new HeaderEdit("C", "4")));
        ByteBuf out = Unpooled.buffer();
        WRITER.write(out, head.withHeaders(edited), "/x", "", ConnectionField.KEEP_ALIVE);
        assertThat(Wire.text(out)).isEqualTo("GET /x HTTP/1.1\r\nHost: a.test\r\na: new\r\nC: 4\r\n\r\n");
        assertThatThrownBy(() -> edited.edited(List.of(new HeaderEdit("X", "a\r\nY: b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("Y: b");
        assertThatThrownBy(() -> edited.edited(List.of(new HeaderEdit("X Y", "a"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_edit_cannot_change_the_framing() {
        RequestHead head = Wire.requestHead("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\n");
        HeaderFields edited = head.headers()
                .edited(List.of(new HeaderEdit("Transfer-Encoding", "chunked"), new HeaderEdit("Host", "evil")));
        ByteBuf out = Unpooled.buffer();
        WRITER.write(out, head.withHeaders(edited), "/x", "", ConnectionField.KEEP_ALIVE);
        assertThat(Wire.text(out)).isEqualTo("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\n");
    }

    @Test
    void a_response_goes_out_as_http_1_1_without_hop_fields_and_alt_svc() {
        String in = Wire.lines(
                "HTTP/1.0 200 OK",
                "Content-Length: 2",
                "Alt-Svc: h3=\":443\"",
                "Connection: keep-alive, X-Hop",
                "X-Hop: 1",
                "Keep-Alive: 5",
                "Upgrade: h2c",
                "Set-Cookie: a=b",
                "Proxy-Authenticate: Basic");
        assertThat(response(in, ConnectionField.KEEP_ALIVE))
                .isEqualTo("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n");
        assertThat(response("HTTP/1.1 200 Fine\r\n\r\n", ConnectionField.CLOSE))
                .isEqualTo("HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\n");
        assertThatThrownBy(() -> response("HTTP/1.1 200 OK\r\n\r\n", ConnectionField.KEEP_ALIVE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_response_to_head_and_304_keep_the_length_they_tell_of_and_204_none() {
        ResponseHead head = ((HeadResult.Complete<ResponseHead>)
                        Wire.response("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "HEAD"))
                .head();
        ByteBuf out = Unpooled.buffer();
        ResponseWriter.write(out, head, head.framing(), ConnectionField.KEEP_ALIVE);
        assertThat(Wire.text(out)).contains("Content-Length: 7\r\n");
        assertThat(response("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", ConnectionField.KEEP_ALIVE))
                .contains("Content-Length: 7\r\n");
        assertThat(response("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", ConnectionField.KEEP_ALIVE))
                .doesNotContain("Content-Length");
    }

    @Test
    void a_client_of_http_1_0_gets_chunks_as_a_body_that_ends_with_the_connection() {
        ResponseHead head = Wire.responseHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(ResponseWriter.framingFor(head, HttpVersion.HTTP_1_0)).isEqualTo(BodyFraming.UntilClose.INSTANCE);
        assertThat(ResponseWriter.framingFor(head, HttpVersion.HTTP_1_1)).isEqualTo(BodyFraming.Chunked.INSTANCE);
    }

    @Test
    void an_upgrade_of_the_upstream_is_passed_on() {
        assertThat(response(
                        Wire.lines(
                                "HTTP/1.1 101 Switching Protocols",
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Accept: x"),
                        ConnectionField.UPGRADE))
                .isEqualTo(Wire.lines(
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Accept: x",
                        "Connection: Upgrade"));
    }

    @Test
    void lengths_are_written_in_decimal() {
        for (long number : new long[] {0, 1, 9, 10, 99, 100, 1_234_567_890_123L, Long.MAX_VALUE}) {
            ByteBuf out = Unpooled.buffer();
            MessageWriting.decimal(out, number);
            assertThat(Wire.text(out)).isEqualTo(Long.toString(number));
        }
    }
}
