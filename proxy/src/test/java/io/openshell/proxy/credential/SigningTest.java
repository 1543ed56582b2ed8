package io.openshell.proxy.credential;

import static io.openshell.proxy.credential.CredentialLab.P;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.credential.CredentialLab.Route;
import io.openshell.testkit.ReceivedRequest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint's rewriter signs last; what it must not do keeps the request from being sent. */
class SigningTest {

    private static final String SIGNED = "Authorization: X Credential=" + P + "SEAL/x, Signature=0\r\n";

    private static CredentialLab lab(Route route, String seal) throws Exception {
        CredentialLab lab =
                new CredentialLab(route, ", credential_signing: seal" + (seal.isEmpty() ? "" : ", seal: " + seal));
        lab.proxy
                .credentials()
                .replace(Credentials.of(List.of(
                        CredentialLab.credential("SEAL", "wax", "api.test", "api.test:80"),
                        CredentialLab.credential("TOKEN", "tok", "api.test", "api.test:80"))));
        return lab;
    }

    @ParameterizedTest
    @EnumSource
    void signs_on_every_route_and_takes_out_what_the_client_signed_with(Route route) throws Exception {
        try (CredentialLab lab = lab(route, "")) {
            ReceivedRequest got = lab.sent("GET", "/a?b=c", SIGNED + "X-Key: " + P + "TOKEN\r\n", "");
            assertThat(got.header("x-seal")).contains("GET /a?b=c 0 wax");
            assertThat(got.header("authorization")).isEmpty();
            assertThat(got.header("x-key")).contains("tok");
            assertThat(lab.sent("POST", "/", "Content-Length: 5\r\n" + SIGNED, "hello")
                            .header("x-seal"))
                    .contains("POST / 5 wax");
            ReceivedRequest chunked =
                    lab.sent("POST", "/", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(chunked.header("x-seal")).contains("POST / 5 wax");
            assertThat(chunked.text()).isEqualTo("abcde");
            assertThat(lab.proxy.jsonEvents().toString()).doesNotContain("wax", P);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'null'", "throws", "foreign", "placeholder", "line", "wrong kind"})
    void a_rewriter_that_breaks_its_contract_keeps_the_request_from_being_sent(String seal) throws Exception {
        try (CredentialLab lab = lab(Route.TLS_INSPECTED, seal)) {
            String answer = lab.refused("GET", "api.test", "/", "", "");
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 "))
                    .as(answer)
                    .isTrue();
            assertThat(lab.upstream.text()).isEmpty();
            assertThat(lab.proxy.jsonEvents().toString())
                    .contains("\"type\":\"credentials\"")
                    .doesNotContain("not today", P);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_request_that_cannot_be_signed_is_a_500_that_says_why(Route route) throws Exception {
        try (CredentialLab lab = lab(route, "")) {
            assertThat(lab.refused("GET", "other.test", "/", SIGNED, ""))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("credential_injection_failed", "no SEAL for here");
            assertThat(lab.refused("GET", "api.test", "/?k=" + P + "TOKEN", SIGNED, ""))
                    .startsWith("HTTP/1.1 500 ");
            String long21 = "x".repeat(21);
            assertThat(lab.refused("POST", "api.test", "/", "Content-Length: 21\r\n" + SIGNED, long21))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(lab.upstream.text()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_path_is_signed_and_sent_in_the_encoding_that_the_client_chose(Route route) throws Exception {
        try (CredentialLab lab = lab(route, "")) {
            String target = "/1%2B1/%41+%c3%a9%7E%28?q=%2b+";
            ReceivedRequest got = lab.sent("GET", target, SIGNED, "");
            assertThat(got.target()).isEqualTo(target);
            assertThat(got.header("x-seal")).contains("GET " + target + " 0 wax");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a//b", "/a/./b", "/a/../b", "/a;b", "/a%3Bb"})
    void a_path_that_would_name_another_object_is_not_signed(String path) throws Exception {
        try (CredentialLab lab = lab(Route.TLS_INSPECTED, "")) {
            assertThat(lab.refused("GET", "api.test", path, SIGNED, "")).startsWith("HTTP/1.1 500 ");
            assertThat(lab.upstream.text()).isEmpty();
            assertThat(lab.proxy.jsonEvents().toString()).contains("no empty segment, no dot segment, no semicolon");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_is_hashed_and_searched_as_it_arrives(Route route) throws Exception {
        try (CredentialLab lab = lab(route, "hash")) {
            String body = "0123456789abcdef".repeat(20_000);
            String chunked =
                    Integer.toHexString(body.length() - 3) + "\r\n" + body.substring(3) + "\r\n3\r\nxyz\r\n0\r\n\r\n";
            ReceivedRequest got = lab.sent("POST", "/", "Content-Length: " + body.length() + "\r\n", body);
            assertThat(got.header("x-seal")).contains(sha256(body));
            assertThat(got.text()).isEqualTo(body);
            assertThat(lab.sent("POST", "/", "Transfer-Encoding: chunked\r\n", chunked)
                            .header("x-seal"))
                    .contains(sha256(body.substring(3) + "xyz"));
            assertThat(lab.sent("GET", "/", "", "").header("x-seal")).contains("none");

            int before = lab.upstream.requests().size();
            String marked = body + P + "TOKEN";
            assertThat(lab.refused("POST", "api.test", "/", "Content-Length: " + marked.length() + "\r\n", marked))
                    .doesNotContain("HTTP/1.1 200 ");
            assertThat(lab.upstream.requests()).hasSize(before);
            assertThat(lab.proxy.jsonEvents().toString())
                    .contains(CredentialRefusal.inBody().reason());
        }
    }

    private static String sha256(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII));
        return HexFormat.of().formatHex(hash);
    }

    @ParameterizedTest
    @EnumSource
    void without_an_answer_the_clients_fields_are_still_taken_out(Route route) throws Exception {
        try (CredentialLab lab = lab(route, "untouched")) {
            ReceivedRequest got = lab.sent("GET", "/", SIGNED + "X-Seal: mine\r\n", "");
            assertThat(got.header("authorization")).isEmpty();
            assertThat(got.header("x-seal")).isEmpty();
        }
    }
}
