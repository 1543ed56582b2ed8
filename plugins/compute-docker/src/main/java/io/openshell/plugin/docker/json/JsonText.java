package io.openshell.plugin.docker.json;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes maps, lists, texts, numbers and truth values as JSON. */
public final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /** @throws IllegalArgumentException if there is anything else in it */
    public static String of(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> members -> {
                out.writeStartObject();
                members.forEach((key, member) -> {
                    out.writeName(String.valueOf(key));
                    write(out, member);
                });
                out.writeEndObject();
            }
            case List<?> elements -> {
                out.writeStartArray();
                elements.forEach(element -> write(out, element));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case Integer number -> out.writeNumber(number.longValue());
            case Long number -> out.writeNumber(number.longValue());
            case Boolean flag -> out.writeBoolean(flag.booleanValue());
            default -> throw new IllegalArgumentException("JSON: " + value.getClass());
        }
    }
}
