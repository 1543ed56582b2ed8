package io.openshell.plugin.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.testkit.contract.SampleRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 4.1 and 4.2: what goes to the upstream, and what may come back. */
class HandshakeTest {

    private static final String KEY = "Sec-WebSocket-Key";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String DEFLATE = "permessage-deflate; client_no_context_takeover";

    @Test
    void the_accept_value_is_that_of_the_standard() {
        assertThat(Handshake.acceptFor(Handshakes.KEY)).isEqualTo(Handshakes.ACCEPT);
    }

    @Test
    void a_right_request_is_read() throws Handshake.Invalid {
        Handshake handshake = Handshake.read(
                Handshakes.request("/").header(PROTOCOL, "chat, superchat").header(PROTOCOL, "third"));

        assertThat(handshake.protocols()).containsExactly("chat", "superchat", "third");
        assertThat(handshake.offer()).isEmpty();
        assertThat(handshake.toString()).doesNotContain(Handshakes.KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "Connection", KEY, "Sec-WebSocket-Version"})
    void a_request_without_a_field_is_refused(String field) {
        refused(Handshakes.without("GET", "/", field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade | h2c",
                "Upgrade | websocket, h2c",
                "Connection | keep-alive",
                "Connection | upgraded",
                "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZQ",
                "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZQ=",
                "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZWU=",
                "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZQ==, x",
                "Sec-WebSocket-Key | !GhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Key | ''",
                "Sec-WebSocket-Version | 8",
                "Sec-WebSocket-Version | 013",
                "Sec-WebSocket-Version | 13, 8",
                "Sec-WebSocket-Version | ''",
            })
    void a_request_with_a_wrong_field_is_refused(String field, String value) {
        refused(Handshakes.without("GET", "/", field).header(field, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade | websocket",
                "Sec-WebSocket-Key | dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version | 13",
                "Sec-WebSocket-Version | 8",
                "Sec-WebSocket-Protocol | a b",
                "Sec-WebSocket-Protocol | a,,b",
                "Sec-WebSocket-Protocol | ''",
                "Sec-WebSocket-Protocol | a, a",
                "Sec-WebSocket-Extensions | ;",
                "Sec-WebSocket-Extensions | permessage-deflate;",
                "Sec-WebSocket-Extensions | permessage-deflate; a=",
                "Sec-WebSocket-Extensions | permessage-deflate; a=\"b",
                "Sec-WebSocket-Extensions | permessage-deflate; a=\"b c\"",
                "Sec-WebSocket-Extensions | permessage-deflate x",
                "Sec-WebSocket-Extensions | permessage-deflate,",
            })
    void a_request_with_one_field_more_is_refused(String field, String value) {
        refused(Handshakes.request("/").header(field, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "get", "CONNECT"})
    void only_get_is_a_handshake(String method) {
        refused(Handshakes.without(method, "/", ""));
    }

    private static void refused(SampleRequest request) {
        assertThatThrownBy(() -> Handshake.read(request))
                .isInstanceOf(Handshake.Invalid.class)
                .hasMessageMatching(
                        "websocket endpoint requires a valid WebSocket upgrade request \\(RFC 6455 section 4.2.1\\): [^()]*")
                .hasMessageNotContaining(Handshakes.KEY);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits | permessage-deflate; client_no_context_takeover",
                "PerMessage-Deflate ; Client_No_Context_Takeover | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover | "
                        + "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits=12 | ",
                "permessage-deflate; server_max_window_bits=12; client_max_window_bits | ",
                "permessage-deflate; client_no_context_takeover=\"x\" | ",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover | ",
                "permessage-deflate; unknown | ",
                "permessage-bzip2, x-webkit-deflate-frame | ",
                "foo, permessage-deflate; server_max_window_bits=10, permessage-deflate | "
                        + "permessage-deflate; client_no_context_takeover",
            })
    void an_offer_is_cut_down_to_what_can_be_read(String offered, String sent) throws Handshake.Invalid {
        assertThat(Handshake.read(Handshakes.request("/").header(EXTENSIONS, offered))
                        .offer())
                .isEqualTo(Optional.ofNullable(sent));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "Connection", "Sec-WebSocket-Accept"})
    void an_answer_without_a_field_is_no_answer(String field) {
        assertThatThrownBy(() -> Handshake.read(Handshakes.request("/"))
                        .accept(Handshakes.answerWithout(field).headers()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-WebSocket-Accept | s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "Sec-WebSocket-Protocol | chat2",
                "Sec-WebSocket-Protocol | CHAT",
                "Sec-WebSocket-Protocol | chat, superchat",
                "Sec-WebSocket-Extensions | permessage-deflate",
                "Sec-WebSocket-Extensions | x-other",
                "Sec-WebSocket-Extensions | ''",
                "Upgrade | websocket",
            })
    void an_answer_with_a_field_too_many_is_no_answer(String field, String value) {
        assertThatThrownBy(() -> Handshake.read(Handshakes.request("/").header(PROTOCOL, "chat, superchat"))
                        .accept(Handshakes.answer().header(field, value).headers()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void two_protocol_fields_are_no_answer() {
        assertThatThrownBy(() -> Handshake.read(Handshakes.request("/").header(PROTOCOL, "chat, superchat"))
                        .accept(Handshakes.answer()
                                .header(PROTOCOL, "chat")
                                .header(PROTOCOL, "superchat")
                                .headers()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_protocol_that_was_offered_may_be_chosen() {
        assertThatCode(() -> Handshake.read(Handshakes.request("/").header(PROTOCOL, "chat, superchat"))
                        .accept(Handshakes.answer()
                                .header(PROTOCOL, "superchat")
                                .headers()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate; client_no_context_takeover | true",
                "permessage-deflate | permessage-deflate; server_no_context_takeover; client_no_context_takeover | true",
                "permessage-deflate; server_no_context_takeover | "
                        + "permessage-deflate; client_no_context_takeover; server_no_context_takeover | true",
                "permessage-deflate; server_no_context_takeover | "
                        + "permessage-deflate; client_no_context_takeover | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; server_max_window_bits=12 | true",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; server_max_window_bits=16 | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; server_max_window_bits | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; server_max_window_bits=9;"
                        + " server_max_window_bits=9 | false",
                "permessage-deflate | permessage-deflate; server_max_window_bits=12 | false",
                "permessage-deflate | permessage-deflate | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; client_no_context_takeover | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover; client_max_window_bits=10 | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover=1 | false",
                "permessage-deflate | permessage-deflate; client_no_context_takeover, permessage-deflate | false",
                "permessage-deflate | permessage-deflate;; | false",
                "foo | permessage-deflate; client_no_context_takeover | false",
            })
    void an_extension_is_agreed_upon_if_it_is_the_one_that_was_sent(String offered, String answered, boolean agreed)
            throws Handshake.Invalid {
        Handshake handshake = Handshake.read(Handshakes.request("/").header(EXTENSIONS, offered));
        var answer = Handshakes.answer().header(EXTENSIONS, answered).headers();
        if (agreed) {
            assertThat(handshake.accept(answer)).isTrue();
        } else {
            assertThatThrownBy(() -> handshake.accept(answer)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_server_may_decline_an_extension() throws Handshake.Invalid {
        Handshake handshake = Handshake.read(Handshakes.request("/").header(EXTENSIONS, DEFLATE));

        assertThat(handshake.accept(Handshakes.answer().headers())).isFalse();
    }
}
