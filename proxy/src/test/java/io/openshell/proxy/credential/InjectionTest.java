package io.openshell.proxy.credential;

import static io.openshell.proxy.credential.CredentialLab.P;
import static io.openshell.proxy.credential.CredentialLab.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.Credentials;
import io.openshell.proxy.credential.CredentialLab.Route;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.ReceivedRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Placeholders become secrets on every route, or nothing of the request leaves: behaviour 10 and 18.8, attacks C1 to C9. */
class InjectionTest {

    private static final String OPTED_IN = ", request_body_credential_rewrite: true";

    @ParameterizedTest
    @EnumSource
    void a_placeholder_is_replaced_in_headers_query_and_path(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            String fields = "Authorization: Bearer " + P + "v1_TOKEN\r\nX-Key: " + P
                    + "TOKEN\r\nX-Alias: sk-OPENSHELL-RESOLVE-ENV-TOKEN\r\n" + "X-Other: plain\r\n";
            ReceivedRequest got =
                    lab.sent("GET", "/bot" + P + "TOKEN/x?a=1&k=openshell%3Aresolve%3Aenv%3AQUOTED&b=%20", fields, "");
            assertThat(got.target()).isEqualTo("/bot" + SECRET + "/x?a=1&k=a%22b%26c%2Fd&b=%20");
            assertThat(got.header("authorization")).contains("Bearer " + SECRET);
            assertThat(got.header("x-key")).contains(SECRET);
            assertThat(got.header("x-alias")).contains(SECRET);
            assertThat(got.header("x-other")).contains("plain");
            ReceivedRequest basic =
                    lab.sent("GET", "/", "Authorization: Basic " + base64("u:" + P + "TOKEN") + "\r\n", "");
            assertThat(basic.header("authorization")).contains("Basic " + base64("u:" + SECRET));
            assertThat(lab.upstream.text()).doesNotContain(P, "OPENSHELL-RESOLVE");
            assertThat(lab.proxy.jsonEvents().toString())
                    .doesNotContain(SECRET, P)
                    .contains("/bot[CREDENTIAL]/x");
        }
    }

    @ParameterizedTest
    @EnumSource
    void several_requests_of_a_tunnel_each_get_their_own(Route route) throws Exception {
        if (route.forward()) {
            return; // one request a connection
        }
        try (CredentialLab lab = new CredentialLab(route, "");
                RawClient client = lab.client("api.test")) {
            for (String key : List.of("X-A: " + P + "TOKEN\r\n", "", "X-A: " + P + "QUOTED\r\n")) {
                client.send(lab.head("GET", "api.test", "/", key));
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            assertThat(lab.upstream.requests().stream()
                            .map(it -> it.header("x-a").orElse("-")))
                    .containsExactly(SECRET, "-", "a\"b&c/d");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_target_that_cannot_be_resolved_is_an_empty_500_and_never_sent(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            for (String target : List.of(
                    "/" + P + "NONE",
                    "/?k=" + P + "NONE",
                    "/?k=" + P + "OLD",
                    "/?" + P + "TOKEN=1",
                    "/?k=openshell%253Aresolve%253Aenv%253ATOKEN",
                    "/" + P + "QUOTED",
                    "/openshell%253Aresolve%253Aenv%253ATOKEN",
                    "/b3BlbnNoZWxsOnJlc29sdmU6ZW52OlRPS0VO")) {
                String answer = lab.refused("GET", "api.test", target, "", "");
                assertThat(answer).as(target).startsWith("HTTP/1.1 500 ");
                if (route.forward()) {
                    assertThat(answer)
                            .contains("credential_injection_failed", "unresolved credential placeholder in request");
                } else {
                    assertThat(answer).contains("Content-Length: 0\r\n").endsWith("\r\n\r\n");
                }
            }
            requireNothingSent(lab);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_header_that_cannot_be_resolved_drops_a_tunnel_and_never_leaves(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            for (String field : List.of(
                    "Authorization: Bearer " + P + "NONE",
                    "Authorization: Bearer " + P + "v1_OLD",
                    "Cookie: a=" + P + "TOKEN",
                    "X: a " + P + "TOKEN b",
                    "X: openshell%3Aresolve%3Aenv%3ATOKEN",
                    "X: " + base64(P + "TOKEN"),
                    "X: {\"a\":\"\\u006fpenshell:resolve:env:TOKEN\"}",
                    "X-OPENSHELL-RESOLVE-ENV-TOKEN: x",
                    "Authorization: Basic " + base64("u:openshell%3Aresolve%3Aenv%3ATOKEN"),
                    "Authorization: Basic " + base64("u:" + P + "NONE"))) {
                String answer = lab.refused("GET", "api.test", "/", field + "\r\n", "");
                if (route.forward()) {
                    assertThat(answer).as(field).startsWith("HTTP/1.1 500 ").contains("credential_injection_failed");
                } else {
                    assertThat(answer).as(field).isEmpty();
                }
            }
            requireNothingSent(lab);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_credential_goes_to_no_other_host_or_path_and_not_without_tls(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            String mismatch =
                    "{\"error\":\"credential_endpoint_mismatch\",\"message\":\"Credential is not authorized for this request endpoint\"}";
            String bearer = "Authorization: Bearer " + P + "v1_";
            assertThat(lab.refused("GET", "other.test", "/", bearer + "TOKEN\r\n", ""))
                    .startsWith("HTTP/1.1 403 ")
                    .endsWith(mismatch);
            assertThat(lab.refused("GET", "other.test", "/?k=" + P + "TOKEN", "", ""))
                    .endsWith(mismatch);
            assertThat(lab.refused("GET", "api.test", "/v2/x", bearer + "BOUND\r\n", ""))
                    .endsWith(mismatch);
            requireNothingSent(lab);
            assertThat(lab.proxy.jsonEvents().toString()).contains("credential-binding", "credential TOKEN");
            assertThat(lab.sent("GET", "/v1/x", bearer + "BOUND\r\n", "").header("authorization"))
                    .contains("Bearer " + SECRET);
            if (route.tls()) {
                assertThat(lab.sent("GET", "/", bearer + "SECURE\r\n", "").header("authorization"))
                        .contains("Bearer " + SECRET);
            } else {
                assertThat(lab.refused("GET", "api.test", "/", bearer + "SECURE\r\n", ""))
                        .endsWith(mismatch);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_old_placeholder_resolves_until_its_key_is_taken_away(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            lab.proxy
                    .credentials()
                    .replace(Credentials.of(
                            List.of(CredentialLab.credential("TOKEN", "newer", "api.test", "api.test:80"))));
            assertThat(lab.sent("GET", "/", "X: " + P + "v1_TOKEN\r\n", "").header("x"))
                    .contains(SECRET);
            assertThat(lab.sent("GET", "/", "X: " + P + "v2_TOKEN\r\n", "").header("x"))
                    .contains("newer");
            assertThat(lab.sent("GET", "/", "X: " + P + "TOKEN\r\n", "").header("x"))
                    .contains("newer");
            lab.upstream.forget();
            lab.proxy.credentials().replace(Credentials.NONE);
            String answer = lab.refused("GET", "api.test", "/", "X: " + P + "v1_TOKEN\r\n", "");
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 ")).isTrue();
            requireNothingSent(lab);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_trace_with_a_credential_is_denied(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            assertThat(lab.refused("TRACE", "api.test", "/", "X: " + P + "TOKEN\r\n", ""))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("policy_denied", "TRACE");
            requireNothingSent(lab);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_INSPECTED", "PLAIN_INSPECTED", "FORWARD_INSPECTED"})
    void a_body_of_an_endpoint_that_opted_in_is_rewritten(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, OPTED_IN)) {
            String json = "{\"a\":\"" + P + "v1_QUOTED\",\"b\":\"\u00fc\"}";
            ReceivedRequest got = lab.sent("POST", "/", length("application/json", json), json);
            assertThat(new String(got.body(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"a\":\"a\\\"b&c/d\",\"b\":\"\u00fc\"}");
            String form = "x=%41&k=" + P + "QUOTED";
            assertThat(lab.sent("POST", "/", length("application/x-www-form-urlencoded", form), form)
                            .text())
                    .isEqualTo("x=%41&k=a%22b%26c%2Fd");
            String chunked = "5\r\nkey: \r\n10\r\nopenshell:resolv\r\nB\r\ne:env:TOKEN\r\n0\r\n\r\n";
            ReceivedRequest text =
                    lab.sent("POST", "/", "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n", chunked);
            assertThat(text.text()).isEqualTo("key: " + SECRET);
            assertThat(text.header("content-length")).contains(String.valueOf("key: ".length() + SECRET.length()));
            assertThat(text.header("transfer-encoding")).isEmpty();
            String plain = "{broken";
            assertThat(lab.sent("POST", "/", length("application/json", plain), plain)
                            .text())
                    .isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_INSPECTED", "PLAIN_INSPECTED", "FORWARD_INSPECTED"})
    void a_body_that_cannot_be_rewritten_never_leaves(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, OPTED_IN)) {
            String text = "x " + P + "TOKEN";
            for (String[] request : List.of(
                    new String[] {length("application/octet-stream", text), text},
                    new String[] {length("text/plain; charset=utf-16", text), text},
                    new String[] {length("text/plain", text) + "Content-Encoding: gzip\r\n", text},
                    new String[] {length("text/plain", "x " + P + "NONE"), "x " + P + "NONE"},
                    new String[] {length("application/json", "{\"" + P + "TOKEN\":1}"), "{\"" + P + "TOKEN\":1}"},
                    new String[] {
                        "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
                        "40001\r\n" + "x".repeat(0x40001) + "\r\n0\r\n\r\n"
                    })) {
                String answer = lab.refused("POST", "api.test", "/", request[0], request[1]);
                assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 ") || answer.startsWith("HTTP/1.1 403 "))
                        .as(request[0] + answer)
                        .isTrue();
            }
            requireNothingSent(lab);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_placeholder_in_a_body_that_did_not_opt_in_never_leaves(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            String text = "x " + P + "v1_TOKEN y";
            String answer = lab.refused("POST", "api.test", "/", length("text/plain", text), text);
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 ")).isTrue();
            requireNothingSent(lab);
            assertThat(lab.proxy.events().toString()).contains("placeholder, in body");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_placeholder_in_a_body_that_streams_cuts_the_upstream_before_its_marker_is_whole(Route route)
            throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "");
                RawClient client = lab.client("api.test")) {
            client.send(lab.head("POST", "api.test", "/", "Transfer-Encoding: chunked\r\n"));
            String before = "innocent ".repeat(100);
            client.send(Integer.toHexString(before.length()) + "\r\n" + before + "\r\n");
            assertThat(lab.upstream.await(() -> lab.upstream.text().contains("innocent"), RawClient.PATIENCE))
                    .isTrue();
            for (String piece : List.of("opens", "hell:res", "olve:e", "nv", ":v1_TOKEN")) {
                client.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
                Thread.sleep(20);
            }
            String answer = new String(client.readToEnd(), StandardCharsets.UTF_8);
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 "))
                    .as(answer)
                    .isTrue();
            assertThat(lab.upstream.await(
                            () -> lab.upstream.connections().getLast().ended(), RawClient.PATIENCE))
                    .isTrue();
            assertThat(lab.upstream.text()).doesNotContain("hell:", "0\r\n\r\n");
            assertThat(lab.upstream.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_streams_without_one_arrives_byte_for_byte(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            StringBuilder chunks = new StringBuilder();
            StringBuilder whole = new StringBuilder();
            for (String piece : List.of(
                    "o", "opensh", "ell:resolve:en", "%6", "fpenshell%3", "Aresolve", "openshell:resolve:env")) {
                chunks.append(Integer.toHexString(piece.length()))
                        .append("\r\n")
                        .append(piece)
                        .append("\r\n");
                whole.append(piece);
            }
            ReceivedRequest got = lab.sent(
                    "POST",
                    "/",
                    "Transfer-Encoding: chunked\r\n",
                    chunks.append("0\r\n\r\n").toString());
            assertThat(got.text()).isEqualTo(whole.toString());
            String large = "openshell:resolve:env ".repeat(20_000);
            assertThat(lab.sent("POST", "/", length("text/plain", large), large).text())
                    .isEqualTo(large);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_placeholder_in_a_trailer_ends_the_request(Route route) throws Exception {
        for (String optIn : route.inspected() ? List.of("", OPTED_IN) : List.of("")) {
            try (CredentialLab lab = new CredentialLab(route, optIn)) {
                for (String trailer : List.of("X-Key: " + P + "v1_TOKEN", "X-Key: openshell%3Aresolve%3Aenv%3ATOKEN")) {
                    String answer = lab.refused(
                            "POST",
                            "api.test",
                            "/",
                            "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
                            "5\r\nabcde\r\n0\r\nX-Sum: 1\r\n" + trailer + "\r\n\r\n");
                    if (route.forward()) {
                        assertThat(answer).startsWith("HTTP/1.1 500 ").contains("credential_injection_failed");
                    } else {
                        assertThat(answer).isEmpty();
                    }
                }
                assertThat(lab.upstream.requests()).isEmpty();
                assertThat(lab.upstream.text()).doesNotContain("X-Key", "0\r\n\r\n");
                assertThat(lab.proxy.jsonEvents().toString())
                        .contains("placeholder, in trailer", "\"credentials\"")
                        .doesNotContain(SECRET, P);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_placeholder_in_a_compressed_body_never_leaves(Route route) throws Exception {
        for (String optIn : route.inspected() ? List.of("", OPTED_IN) : List.of("")) {
            try (CredentialLab lab = new CredentialLab(route, optIn)) {
                byte[] body = gzip("innocent ".repeat(50) + "x " + P + "v1_TOKEN y");
                String fields = "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n";
                for (boolean chunked : List.of(false, true)) {
                    String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
                    try (RawClient client = lab.client("api.test")) {
                        client.send(lab.head("POST", "api.test", "/", fields + framing + "\r\n"));
                        for (byte octet : body) {
                            client.send(chunked ? chunk(new byte[] {octet}) : new byte[] {octet});
                        }
                        String answer = new String(client.readToEnd(), StandardCharsets.UTF_8);
                        assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 500 "))
                                .as(answer)
                                .isTrue();
                    }
                }
                assertThat(lab.upstream.requests()).isEmpty();
                assertThat(lab.proxy.events().toString()).contains("placeholder, in body");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_placeholder_that_the_frames_of_an_upload_part_never_leaves(Route route) throws Exception {
        String open = "1b;chunk-signature=0\r\n123456789 openshell:resolve\r\n";
        String innocent = open + "9\r\n:en TOKEN\r\n0\r\nx-amz-checksum-crc32:sOO8/Q==\r\n\r\n";
        String marked = open + "a;chunk-signature=0\r\n:env:TOKEN\r\n0\r\n\r\n";
        try (CredentialLab lab = new CredentialLab(route, "")) {
            for (String framed : List.of(
                    "Content-Encoding: aws-chunked\r\n",
                    "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\n")) {
                assertThat(lab.sent("POST", "/", length("text/plain", innocent) + framed, innocent)
                                .text())
                        .isEqualTo(innocent);
                int before = lab.upstream.requests().size();
                String answer = lab.refused("POST", "api.test", "/", length("text/plain", marked) + framed, marked);
                assertThat(answer).doesNotContain("HTTP/1.1 200 ");
                assertThat(lab.upstream.requests()).hasSize(before);
            }
            assertThat(lab.proxy.events().toString()).contains("placeholder, in body");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_compressed_body_without_one_arrives_byte_for_byte(Route route) throws Exception {
        byte[] noise = new byte[3 << 20];
        new Random(5).nextBytes(noise);
        try (CredentialLab lab = new CredentialLab(route, "")) {
            for (String text : List.of("0032want 0123", base64(noise))) {
                byte[] body = gzip(text);
                String fields = "Content-Type: application/x-git-upload-pack-request\r\nContent-Encoding: gzip\r\n";
                for (boolean chunked : List.of(false, true)) {
                    String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
                    try (RawClient client = lab.client("api.test")) {
                        client.send(lab.head("POST", "api.test", "/", fields + framing + "\r\n"))
                                .send(chunked ? chunk(body) : body);
                        client.send(chunked ? "0\r\n\r\n" : "");
                        assertThat(client.readResponse("POST").status()).isEqualTo(200);
                    }
                    assertThat(lab.upstream.requests().getLast().body()).isEqualTo(body);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_compressed_body_that_cannot_be_searched_is_refused_with_a_reason(Route route) throws Exception {
        try (CredentialLab lab = new CredentialLab(route, "")) {
            for (String coding : List.of("br", "zstd", "gzip, gzip", "gzip")) {
                String fields = length("text/plain", "no gzip") + "Content-Encoding: " + coding + "\r\n";
                assertThat(lab.refused("POST", "api.test", "/", fields, "no gzip"))
                        .as(coding)
                        .startsWith("HTTP/1.1 500 ")
                        .contains("credential_injection_failed", "expected: gzip or deflate");
            }
            requireNothingSent(lab);
            lab.proxy.credentials().close();
            String fields = length("text/plain", "no gzip") + "Content-Encoding: br\r\n";
            assertThat(lab.sent("POST", "/", fields, "no gzip").text()).isEqualTo("no gzip");
        }
    }

    @Test
    void without_credentials_a_head_is_guarded_and_a_body_is_not() throws Exception {
        try (CredentialLab lab = new CredentialLab(Route.PLAIN_INSPECTED, "")) {
            lab.proxy.credentials().close();
            assertThat(lab.refused("GET", "api.test", "/", "X: " + P + "TOKEN\r\n", ""))
                    .isEmpty();
            requireNothingSent(lab);
            String text = "x " + P + "TOKEN";
            assertThat(lab.sent("POST", "/", length("text/plain", text), text).text())
                    .isEqualTo(text);
        }
    }

    private static void requireNothingSent(CredentialLab lab) {
        assertThat(lab.upstream.text()).isEmpty();
        assertThat(lab.proxy.jsonEvents().toString())
                .contains("credential")
                .doesNotContain(SECRET, P, "OPENSHELL-RESOLVE", "openshell%3A");
    }

    private static String length(String type, String body) {
        return "Content-Type: " + type + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] chunk(byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(data);
        bytes.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }
}
