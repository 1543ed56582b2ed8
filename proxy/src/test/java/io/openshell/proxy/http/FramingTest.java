package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {

    private static final String POST = "POST / HTTP/1.1\r\nHost: a.test\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: abc",
                "Content-Length:",
                "Content-Length: -1",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 5, 5",
                "Content-Length: 5,6",
                "Content-Length: 5 5",
                "Content-Length: 5;",
                "Content-Length: 5.0",
                "Content-Length: 05",
                "Content-Length: 5 ",
                "Content-Length:  5",
                "Content-Length:\t5",
                "Content-Length: 5\t",
                "Content-Length: \"5\"",
                "Content-Length: 9223372036854775808",
                "Content-Length: 18446744073709551616",
                "Content-Length: 99999999999999999999999999999999",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nContent-Length: x",
                "Content-Length: x\r\nContent-Length: 5",
                "Transfer-Encoding: chunkedfoo",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding:",
                "Transfer-Encoding:\tchunked",
                "Transfer-Encoding:  chunked",
                "Transfer-Encoding: chunked ",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 5\r\nTransfer-Encoding: gzip"
            })
    void a_request_with_framing_of_two_readings_is_refused(String fields) {
        HttpProblem problem = Wire.problem(Wire.request(POST + fields + "\r\n\r\n"));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.rule()).matches("RFC 91(12 section 6\\.[13]|10 section 8\\.6)");
    }

    @Test
    void transfer_encoding_in_http_1_0_is_refused_with_and_without_a_length() {
        assertThat(Wire.request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isInstanceOf(HeadResult.Malformed.class);
        assertThat(Wire.request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"))
                .isInstanceOf(HeadResult.Malformed.class);
    }

    @Test
    void a_request_is_framed_by_what_it_says_and_is_empty_otherwise() {
        assertThat(Wire.requestHead(POST + "\r\n").framing()).isEqualTo(BodyFraming.None.INSTANCE);
        assertThat(Wire.requestHead(POST + "Content-Length: 0\r\n\r\n").framing())
                .isEqualTo(new BodyFraming.Length(0));
        assertThat(Wire.requestHead(POST + "Content-Length: 7\r\nContent-Length: 7\r\n\r\n")
                        .framing())
                .isEqualTo(new BodyFraming.Length(7));
        assertThat(Wire.requestHead(POST + "Transfer-Encoding: chunked\r\n\r\n").framing())
                .isEqualTo(BodyFraming.Chunked.INSTANCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
            })
    void a_response_with_framing_of_two_readings_is_refused(String fields) {
        assertThat(Wire.problem(Wire.response("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n"))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void a_response_of_http_1_0_knows_no_chunks() {
        assertThat(Wire.response("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isInstanceOf(HeadResult.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({"HEAD,200", "GET,100", "GET,101", "GET,103", "GET,204", "GET,304", "POST,304"})
    void some_responses_have_no_body_whatever_they_say(String method, int status) {
        for (String framing : new String[] {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
            HeadResult<ResponseHead> result = Wire.response("HTTP/1.1 " + status + " X\r\n" + framing + "\r\n", method);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            HeadResult.Complete.class,
                            complete -> assertThat(((ResponseHead) complete.head()).framing())
                                    .isEqualTo(BodyFraming.None.INSTANCE));
        }
    }

    @Test
    void a_response_without_framing_ends_with_the_connection() {
        ResponseHead head = Wire.responseHead("HTTP/1.1 200 OK\r\n\r\n");
        assertThat(head.framing()).isEqualTo(BodyFraming.UntilClose.INSTANCE);
        assertThat(head.isPersistent()).isFalse();
    }
}
