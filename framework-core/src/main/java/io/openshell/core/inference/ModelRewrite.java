package io.openshell.core.inference;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Puts the configured model into a request's body. Every other byte stays as it was.
 *
 * <p>Each top-level key that is {@code model}, whatever its case and escapes and however often it stands there, gets the
 * configured value: some servers take the last of two, and some do not look at the case.
 */
public final class ModelRewrite {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String MODEL = "model";
    private static final byte MARK = (byte) 0xef;

    private ModelRewrite() {}

    /** What came of it. */
    public sealed interface Result {}

    /**
     * A body to send.
     *
     * @param body its remaining bytes; the caller's own
     */
    public record Rewritten(ByteBuffer body) implements Result {}

    /**
     * A body whose model cannot be told for sure, so that it must not be sent.
     *
     * @param problem one line, without anything of the body
     */
    public record Refused(String problem) implements Result {}

    /** Rewrites; the body itself stays as it is. */
    public static Result apply(byte[] body, String model) {
        if (isMarkedOrWide(body)) {
            return new Refused("request body: not plain UTF-8 (expected: a JSON object)");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            List<Span> spans = spans(parser, body);
            return spans == null
                    ? new Refused("request body: not a JSON object (expected: one)")
                    : new Rewritten(ByteBuffer.wrap(spliced(body, spans, quoted(model))));
        } catch (JacksonException e) {
            return new Refused("request body: not JSON (expected: a JSON object)");
        }
    }

    /** A mark in front, or a NUL, which no JSON in UTF-8 has, makes some readers take it for another encoding. */
    private static boolean isMarkedOrWide(byte[] body) {
        boolean found = body.length > 0 && body[0] == MARK;
        for (int i = 0; !found && i < body.length; i++) {
            found = body[i] == 0;
        }
        return found;
    }

    /** A stretch to replace, with what stands before the value. */
    private record Span(int start, int end, String before, String after) {}

    private static @Nullable List<Span> spans(JsonParser parser, byte[] body) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        int open = (int) parser.currentLocation().getByteOffset();
        if (open < 1 || body[open - 1] != '{') {
            return null;
        }
        List<Span> spans = new ArrayList<>();
        boolean exact = false;
        boolean empty = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            String name = parser.currentName();
            parser.nextToken();
            int start = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            if (name.equalsIgnoreCase(MODEL)) {
                spans.add(new Span(start, (int) parser.currentLocation().getByteOffset(), "", ""));
                exact |= name.equals(MODEL);
            }
        }
        if (parser.nextToken() != null) {
            return null;
        }
        if (!exact) {
            spans.addFirst(new Span(open, open, "\"" + MODEL + "\":", empty ? "" : ","));
        }
        return spans;
    }

    private static byte[] spliced(byte[] body, List<Span> spans, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 2 * value.length);
        int copied = 0;
        for (Span span : spans) {
            out.write(body, copied, span.start() - copied);
            out.writeBytes(span.before().getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(value);
            out.writeBytes(span.after().getBytes(StandardCharsets.US_ASCII));
            copied = span.end();
        }
        out.write(body, copied, body.length - copied);
        return out.toByteArray();
    }

    private static byte[] quoted(String model) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeString(model);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
