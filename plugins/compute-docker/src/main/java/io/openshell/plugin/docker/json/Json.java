package io.openshell.plugin.docker.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value that an engine sent, read whole. Strict in what JSON is (a key that stands twice, anything after the value),
 * lenient in what an engine adds in a new version: what nobody asks for is not looked at. {@code null} and a key that is
 * not there are the same; a value of another type than was asked for is an error. Immutable.
 */
public final class Json {

    private static final int MAX_NESTING = 50;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Json NOTHING = new Json("", null);

    private final String place;
    private final @Nullable Object value;

    private Json(String place, @Nullable Object value) {
        this.place = place;
        this.value = value;
    }

    /** Reads one value and nothing else. */
    public static Json read(String text) throws MalformedAnswerException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new MalformedAnswerException("JSON with something after it");
            }
            return new Json("", value);
        } catch (JacksonException e) {
            throw new MalformedAnswerException("no JSON");
        }
    }

    private static @Nullable Object value(JsonParser parser) throws MalformedAnswerException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new MalformedAnswerException("no JSON");
        }
        return switch (token) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new MalformedAnswerException("no JSON");
        };
    }

    /** Fractions and what no long can hold are of no interest: they are there, and no whole numbers. */
    private static Object number(JsonParser parser) {
        JsonParser.NumberType type = parser.getNumberType();
        boolean whole = type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG;
        return whole ? (Object) Long.valueOf(parser.getLongValue()) : Double.valueOf(parser.getDoubleValue());
    }

    private static Map<String, @Nullable Object> members(JsonParser parser) throws MalformedAnswerException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<@Nullable Object> elements(JsonParser parser) throws MalformedAnswerException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    /** The value of a key of this object; of nothing, nothing. */
    public Json at(String key) throws MalformedAnswerException {
        if (value == null) {
            return NOTHING;
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw wrong("an object");
        }
        Object member = members.get(key);
        return member == null ? NOTHING : new Json(place.isEmpty() ? key : place + "." + key, member);
    }

    /** Whether there is a value. */
    public boolean isPresent() {
        return value != null;
    }

    /** This text, if it is there and not empty. */
    public Optional<String> text() throws MalformedAnswerException {
        if (value != null && !(value instanceof String)) {
            throw wrong("a text");
        }
        return Optional.ofNullable((String) value).filter(text -> !text.isEmpty());
    }

    /** This text, which must be there. */
    public String requiredText(String name) throws MalformedAnswerException {
        Optional<String> text = text();
        if (text.isEmpty()) {
            throw new MalformedAnswerException(name + ": none (expected: a text)");
        }
        return text.get();
    }

    /** This whole number, if it is there. */
    public Optional<Long> number() throws MalformedAnswerException {
        if (value != null && !(value instanceof Long)) {
            throw wrong("a whole number");
        }
        return Optional.ofNullable((Long) value);
    }

    /** This truth value; false if it is not there. */
    public boolean flag() throws MalformedAnswerException {
        if (value != null && !(value instanceof Boolean)) {
            throw wrong("true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    /** The elements of this list; none if it is not there. */
    public List<Json> items() throws MalformedAnswerException {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw wrong("a list");
        }
        List<Json> items = new ArrayList<>();
        for (Object element : elements) {
            items.add(new Json(place + "[]", element));
        }
        return List.copyOf(items);
    }

    /** The keys of this object with their texts; none if it is not there. */
    public Map<String, String> texts() throws MalformedAnswerException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw wrong("an object");
        }
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (!(member.getValue() instanceof String text)) {
                throw wrong("an object of texts");
            }
            texts.put(String.valueOf(member.getKey()), text);
        }
        return texts;
    }

    private MalformedAnswerException wrong(String expected) {
        return new MalformedAnswerException(
                (place.isEmpty() ? "answer" : place) + ": another type (expected: " + expected + ")");
    }
}
