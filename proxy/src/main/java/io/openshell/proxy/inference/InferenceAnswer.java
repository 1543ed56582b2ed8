package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An answer in place of a backend's.
 *
 * @param status its status
 * @param reason the status's phrase
 * @param type of the body
 * @param body its text
 * @param retryAfterSeconds 0 for no word of it
 */
record InferenceAnswer(int status, String reason, String type, String body, long retryAfterSeconds) {

    private static final JsonFactory JSON = new JsonFactory();

    static final InferenceAnswer BAD_REQUEST = text(400, "Bad Request");
    static final InferenceAnswer TOO_LARGE = text(413, "Payload Too Large");
    static final InferenceAnswer HEAD_TOO_LARGE = text(431, "Request Header Fields Too Large");
    static final InferenceAnswer TIMED_OUT = text(408, "Request Timeout");
    static final InferenceAnswer NOT_INFERENCE = json(403, "Forbidden", "connection not allowed by policy");
    static final InferenceAnswer NOT_COMPATIBLE = json(400, "Bad Request", "no compatible inference route available");
    static final InferenceAnswer UNAUTHORIZED =
            json(401, "Unauthorized", "inference service did not accept the configured credentials");
    static final InferenceAnswer UNAVAILABLE = json(503, "Service Unavailable", "inference service unavailable");
    static final InferenceAnswer BAD_GATEWAY = json(502, "Bad Gateway", "inference service error");
    static final InferenceAnswer NOT_CONFIGURED = json(503, "Service Unavailable", 0, json -> {
        json.writeStringProperty("error", "inference is not configured");
        json.writeStringProperty("hint", "run: openshell run --help (--inference, --inference-routes)");
    });
    static final InferenceAnswer BUSY =
            json(503, "Service Unavailable", 1, json -> json.writeStringProperty("error", "too many large requests"));

    /** A body from which the model cannot be told. */
    static InferenceAnswer unreadable(String problem) {
        return json(400, "Bad Request", problem);
    }

    /** Over budget. */
    static InferenceAnswer overBudget(String reason, long retryAfterSeconds) {
        return json(429, "Too Many Requests", retryAfterSeconds, json -> {
            json.writeStringProperty("error", "inference budget exceeded");
            json.writeStringProperty("reason", reason);
            json.writeNumberProperty("retry_after_seconds", retryAfterSeconds);
        });
    }

    /** The whole message. */
    ByteBuf encode(ByteBufAllocator allocator, boolean last) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: " + type + "\r\nContent-Length: "
                + bytes.length + "\r\n" + (retryAfterSeconds > 0 ? "Retry-After: " + retryAfterSeconds + "\r\n" : "")
                + (last ? "Connection: close\r\n" : "") + "\r\n";
        ByteBuf out = allocator.buffer(head.length() + bytes.length);
        out.writeCharSequence(head, StandardCharsets.US_ASCII);
        return out.writeBytes(bytes);
    }

    private static InferenceAnswer text(int status, String reason) {
        return new InferenceAnswer(status, reason, "text/plain", reason, 0);
    }

    private static InferenceAnswer json(int status, String reason, String error) {
        return json(status, reason, 0, json -> json.writeStringProperty("error", error));
    }

    private static InferenceAnswer json(
            int status, String reason, long retryAfterSeconds, Consumer<JsonGenerator> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return new InferenceAnswer(status, reason, "application/json", text.toString(), retryAfterSeconds);
    }
}
