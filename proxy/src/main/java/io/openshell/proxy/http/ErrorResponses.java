package io.openshell.proxy.http;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The answers that the proxy gives itself: {@code {"error": CODE, "detail": TEXT, "reason": TEXT}} and, for a denied
 * request in a tunnel, the longer form. What came from outside is written by a JSON writer or not at all.
 *
 * <p>Hosts, methods and paths are given as the caller would show them: canonical, without query, credentials
 * replaced.
 */
public final class ErrorResponses {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String POLICY_DENIED = "policy_denied";

    private ErrorResponses() {}

    /** {@code METHOD h:p not permitted by policy}: CONNECT (with an empty path) and absolute-form requests. */
    public static ErrorResponse policyDenied(String method, String host, int port, String path, String reason) {
        return simple(403, POLICY_DENIED, place(method, host, port) + path + " not permitted by policy", reason);
    }

    /** The policy changed between the decision and its use. */
    public static ErrorResponse policyChanged(String method, String host, int port, String path) {
        String detail = place(method, host, port) + path + " not permitted because policy changed";
        return simple(403, POLICY_DENIED, detail, "");
    }

    /** {@code METHOD h:p blocked: TEXT}, with the words of the guard that refused. */
    public static ErrorResponse addressRefused(String method, String host, int port, String text, String reason) {
        return simple(403, "ssrf_denied", place(method, host, port) + " blocked: " + text, reason);
    }

    /** A forwarded request that its endpoint's rules deny. */
    public static ErrorResponse forwardDenied(String method, String host, int port, String path, String reason) {
        String detail = place(method, host, port) + path + " denied by L7 policy: " + reason;
        return simple(403, POLICY_DENIED, detail, reason);
    }

    /** A forwarded request whose path no endpoint of the host has. */
    public static ErrorResponse forwardUnmatched(String method, String host, int port, String path) {
        String detail = place(method, host, port) + path + " did not match an L7 endpoint path";
        return simple(403, POLICY_DENIED, detail, "");
    }

    /** A target that has no canonical form. */
    public static ErrorResponse invalidRequestTarget(String reason) {
        return simple(400, "invalid_request_target", "request-target must be canonical", reason);
    }

    /** A head or body that breaks HTTP's rules; the reason cites which. */
    public static ErrorResponse malformed(HttpProblem problem) {
        String code = problem.status() == HttpProblem.BAD_GATEWAY ? "upstream_malformed" : "malformed_request";
        return simple(problem.status(), code, problem.message(), problem.rule());
    }

    /** A head that passes the limit. */
    public static ErrorResponse headTooLarge(int limit) {
        return simple(431, "request_head_too_large", "request head: more than " + limit + " bytes", "");
    }

    /** An absolute-form https target. */
    public static ErrorResponse useConnect() {
        return text(400, "Use CONNECT for HTTPS URLs");
    }

    /** A scheme that is not forwarded. */
    public static ErrorResponse unsupportedScheme() {
        return simple(400, "unsupported_proxy_scheme", "Forward proxy requests must use http", "");
    }

    /** A target that a proxy cannot forward: origin-form on the listener itself. */
    public static ErrorResponse notAProxyRequest() {
        return simple(400, "invalid_request_target", "Proxy requests must use CONNECT or an absolute http URL", "");
    }

    /** No connection to the upstream, or none that its certificate proves. */
    public static ErrorResponse upstreamUnreachable(String host, int port, String reason) {
        return simple(502, "upstream_unreachable", "connection to " + authority(host, port) + " failed", reason);
    }

    /** The upstream did not answer in time. */
    public static ErrorResponse upstreamTimeout(String host, int port) {
        return simple(504, "upstream_timeout", authority(host, port) + " did not answer in time", "");
    }

    /** The upstream's answer cannot be passed on. */
    public static ErrorResponse upstreamMalformed(String host, int port, String reason) {
        String detail = authority(host, port) + " sent a response that cannot be passed on";
        return simple(502, "upstream_malformed", detail, reason);
    }

    /** An inspected tunnel that carries neither TLS nor HTTP/1. */
    public static ErrorResponse unsupportedProtocol(String host, int port, String reason) {
        String detail = "tunnel to " + authority(host, port) + " carries neither TLS nor HTTP/1";
        return simple(403, "unsupported_l7_protocol", detail, reason);
    }

    /** Host is not the authority that the tunnel was opened for. */
    public static ErrorResponse authorityMismatch(String host, int port) {
        String detail = "Host does not match the tunnel's authority " + authority(host, port);
        return simple(403, "request_authority_mismatch", detail, "");
    }

    /** Who connected cannot be told for sure. */
    public static ErrorResponse identityUnknown(String method, String host, int port, String reason) {
        return policyDenied(method, host, port, "", reason);
    }

    /** A placeholder in a tunnelled request's target that cannot be resolved: no body, as the reference system has it. */
    public static ErrorResponse unresolvedTarget() {
        return new ErrorResponse(
                500,
                MessageWriting.ascii(
                        "HTTP/1.1 500 " + StatusText.of(500) + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                new byte[0]);
    }

    /** A placeholder that cannot be resolved, or a signature that cannot be made, with the reason. */
    public static ErrorResponse injectionFailed(String detail, String reason) {
        return simple(500, "credential_injection_failed", detail, reason);
    }

    /** A credential that is bound elsewhere. */
    public static ErrorResponse credentialMismatch() {
        byte[] body = json(json -> {
            json.writeStringProperty("error", "credential_endpoint_mismatch");
            json.writeStringProperty("message", "Credential is not authorized for this request endpoint");
        });
        return new ErrorResponse(403, head(403, "application/json", body.length, List.of()), body);
    }

    /** Any other case: a code and a text. */
    public static ErrorResponse of(int status, String code, String detail, String reason) {
        return simple(status, code, detail, reason);
    }

    /**
     * A request within a tunnel that its endpoint's rules deny.
     *
     * @param path the canonical path, redacted
     * @param binary the executable, if known
     */
    public record Denial(
            String policy,
            String method,
            String path,
            String reason,
            String host,
            int port,
            @Nullable String binary) {}

    /** The long answer to a denied request, with what rule is missing. */
    public static ErrorResponse denied(Denial denial) {
        byte[] body = json(json -> {
            json.writeStringProperty("error", POLICY_DENIED);
            json.writeStringProperty("policy", denial.policy());
            json.writeStringProperty("rule", denial.method() + " " + denial.path());
            json.writeStringProperty("detail", denial.reason());
            json.writeStringProperty("layer", "l7");
            json.writeStringProperty("protocol", "rest");
            writePlace(json, denial);
            json.writeObjectPropertyStart("rule_missing");
            json.writeStringProperty("type", "rest_allow");
            json.writeStringProperty("layer", "l7");
            writePlace(json, denial);
            json.writeEndObject();
            json.writeArrayPropertyStart("next_steps");
            json.writeEndArray();
        });
        return new ErrorResponse(
                403,
                head(
                        403,
                        "application/json",
                        body.length,
                        List.of("X-OpenShell-Policy: " + fieldText(denial.policy()))),
                body);
    }

    private static void writePlace(JsonGenerator json, Denial denial) {
        json.writeStringProperty("method", denial.method());
        json.writeStringProperty("path", denial.path());
        json.writeStringProperty("host", denial.host());
        json.writeNumberProperty("port", denial.port());
        if (denial.binary() != null) {
            json.writeStringProperty("binary", denial.binary());
        }
    }

    private static ErrorResponse simple(int status, String code, String detail, String reason) {
        byte[] body = json(json -> {
            json.writeStringProperty("error", code);
            json.writeStringProperty("detail", detail);
            if (!reason.isEmpty()) {
                json.writeStringProperty("reason", reason);
            }
        });
        return new ErrorResponse(status, head(status, "application/json", body.length, List.of()), body);
    }

    private static ErrorResponse text(int status, String text) {
        byte[] body = MessageWriting.ascii(text);
        return new ErrorResponse(status, head(status, "text/plain", body.length, List.of()), body);
    }

    private static byte[] json(Consumer<JsonGenerator> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] head(int status, String contentType, int length, List<String> more) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(StatusText.of(status))
                .append("\r\nContent-Type: ")
                .append(contentType)
                .append("\r\nContent-Length: ")
                .append(length)
                .append("\r\n");
        more.forEach(line -> head.append(line).append("\r\n"));
        return MessageWriting.ascii(head.append("Connection: close\r\n\r\n").toString());
    }

    /** A policy's name comes from a file: in a field it is printable ASCII or question marks. */
    private static String fieldText(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            safe.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return safe.toString().strip();
    }

    private static String place(String method, String host, int port) {
        return method + " " + authority(host, port);
    }

    private static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
