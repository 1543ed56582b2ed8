package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorResponsesTest {

    private static String text(ErrorResponse response) {
        return response.encode(UnpooledByteBufAllocator.DEFAULT).toString(StandardCharsets.UTF_8);
    }

    private static String body(ErrorResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void a_denied_connect_is_a_whole_json_answer_that_closes() {
        String body = "{\"error\":\"policy_denied\",\"detail\":\"CONNECT a.test:443 not permitted by policy\","
                + "\"reason\":\"endpoint not listed\"}";
        assertThat(text(ErrorResponses.policyDenied("CONNECT", "a.test", 443, "", "endpoint not listed")))
                .isEqualTo("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body);
    }

    @Test
    void details_are_the_documented_ones() {
        assertThat(body(ErrorResponses.policyDenied("GET", "a.test", 80, "/x", "")))
                .isEqualTo("{\"error\":\"policy_denied\",\"detail\":\"GET a.test:80/x not permitted by policy\"}");
        assertThat(body(ErrorResponses.forwardDenied("GET", "a.test", 80, "/x", "no")))
                .contains("\"GET a.test:80/x denied by L7 policy: no\"");
        assertThat(body(ErrorResponses.forwardUnmatched("GET", "a.test", 80, "/x")))
                .contains("\"GET a.test:80/x did not match an L7 endpoint path\"");
        assertThat(body(ErrorResponses.addressRefused("CONNECT", "a.test", 443, "internal address", "")))
                .isEqualTo("{\"error\":\"ssrf_denied\",\"detail\":\"CONNECT a.test:443 blocked: internal address\"}");
        assertThat(body(ErrorResponses.addressRefused("GET", "::1", 80, "allowed_ips check failed", "")))
                .contains("GET [::1]:80 blocked: allowed_ips check failed");
        assertThat(body(ErrorResponses.upstreamUnreachable("a.test", 443, "")))
                .isEqualTo("{\"error\":\"upstream_unreachable\",\"detail\":\"connection to a.test:443 failed\"}");
        assertThat(body(ErrorResponses.invalidRequestTarget("")))
                .isEqualTo("{\"error\":\"invalid_request_target\",\"detail\":\"request-target must be canonical\"}");
        assertThat(body(ErrorResponses.unsupportedScheme()))
                .isEqualTo(
                        "{\"error\":\"unsupported_proxy_scheme\",\"detail\":\"Forward proxy requests must use http\"}");
    }

    @Test
    void https_in_absolute_form_is_told_to_connect_with_the_right_length() {
        assertThat(text(ErrorResponses.useConnect()))
                .isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n"
                        + "Connection: close\r\n\r\nUse CONNECT for HTTPS URLs");
    }

    @Test
    void a_denied_request_says_what_rule_is_missing() {
        ErrorResponse response = ErrorResponses.denied(new ErrorResponses.Denial(
                "github", "POST", "/repos", "method not allowed", "a.test", 443, "/usr/bin/curl"));
        assertThat(text(response)).contains("X-OpenShell-Policy: github\r\n").startsWith("HTTP/1.1 403 Forbidden\r\n");
        assertThat(body(response))
                .isEqualTo("{\"error\":\"policy_denied\",\"policy\":\"github\",\"rule\":\"POST /repos\","
                        + "\"detail\":\"method not allowed\",\"layer\":\"l7\",\"protocol\":\"rest\",\"method\":\"POST\","
                        + "\"path\":\"/repos\",\"host\":\"a.test\",\"port\":443,\"binary\":\"/usr/bin/curl\","
                        + "\"rule_missing\":{\"type\":\"rest_allow\",\"layer\":\"l7\",\"method\":\"POST\","
                        + "\"path\":\"/repos\",\"host\":\"a.test\",\"port\":443,\"binary\":\"/usr/bin/curl\"},"
                        + "\"next_steps\":[]}");
        assertThat(body(ErrorResponses.denied(new ErrorResponses.Denial("p", "GET", "/", "r", "a.test", 443, null))))
                .doesNotContain("binary");
    }

    @Test
    void hostile_text_stays_within_its_string_and_its_line() {
        String hostile = "\"}\r\nX-Injected: 1\r\n\r\n{\u0000\u001b[31m";
        ErrorResponse response = ErrorResponses.denied(
                new ErrorResponses.Denial(hostile, "GET", "/", hostile, "a.test", 443, hostile + "\ud800"));
        String head = text(response).substring(0, text(response).indexOf("\r\n\r\n"));
        assertThat(head.lines().filter(line -> line.startsWith("X-Injected"))).isEmpty();
        assertThat(head.lines()).hasSize(5);
        assertThat(body(response)).doesNotContain("\r").doesNotContain("\n").doesNotContain("\u001b");
    }

    @Test
    void a_malformed_request_is_told_why() {
        assertThat(body(ErrorResponses.malformed(new HttpProblem("RFC 9112 section 3.2", "Host: missing", 400))))
                .isEqualTo("{\"error\":\"malformed_request\",\"detail\":\"Host: missing\","
                        + "\"reason\":\"RFC 9112 section 3.2\"}");
        assertThat(ErrorResponses.headTooLarge(8192).status()).isEqualTo(431);
    }

    @Test
    void the_answer_to_head_has_no_body_but_its_length() {
        ErrorResponse response = ErrorResponses.useConnect();
        assertThat(response.encodeFor("HEAD", UnpooledByteBufAllocator.DEFAULT).toString(StandardCharsets.UTF_8))
                .endsWith("\r\n\r\n")
                .contains("Content-Length: 26");
    }
}
