package io.openshell.plugin.docker.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that an engine sent, read whole. Strict in what JSON is (a key that stands twice, anything after the value),
 * lenient in what an engine adds in a new version: what nobody asks for is not looked at. {@code null} and a key that is
 * not there are the same; a value of another type than was asked for is an error. Immutable.
 */
public final class Json {

    private static final Json NOTHING = new Json("", null);

    private final String place;
    private final @Nullable Object value;

    private Json(String place, @Nullable Object value) {
        this.place = place;
        this.value = value;
    }

    /** Reads one value and nothing else. */
    public static Json read(String text) throws MalformedAnswerException {
        return new Json("", JsonReader.read(text));
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
