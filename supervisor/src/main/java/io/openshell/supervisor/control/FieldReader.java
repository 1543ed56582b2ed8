package io.openshell.supervisor.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a payload strictly. Fields are taken by tag; {@link #end()} then refuses any that nobody asked for, and a
 * single field that came twice. Text that is not UTF-8 (a path may be any bytes) is decoded with replacement
 * characters, so it equals nothing that a policy can name.
 */
final class FieldReader {

    private static final int HEADER = 6;

    private final String where;
    private final Map<Integer, Deque<byte[]>> fields = new TreeMap<>();

    private FieldReader(String where) {
        this.where = where;
    }

    /** @param where what is being read, for messages */
    static FieldReader of(String where, byte[] payload) throws MalformedFrameException {
        FieldReader reader = new FieldReader(where);
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        while (buffer.hasRemaining()) {
            if (buffer.remaining() < HEADER) {
                throw reader.malformed("trailing bytes", buffer.remaining(), "a whole field");
            }
            int tag = Short.toUnsignedInt(buffer.getShort());
            long length = Integer.toUnsignedLong(buffer.getInt());
            if (length > buffer.remaining()) {
                throw reader.malformed("field " + tag + " length", length, "at most " + buffer.remaining());
            }
            byte[] value = new byte[(int) length];
            buffer.get(value);
            reader.fields.computeIfAbsent(tag, key -> new ArrayDeque<>()).add(value);
        }
        return reader;
    }

    byte[] bytes(int tag) throws MalformedFrameException {
        byte[] value = single(tag);
        if (value == null) {
            throw malformed("field " + tag, "missing", "present");
        }
        return value;
    }

    int u8(int tag) throws MalformedFrameException {
        return Byte.toUnsignedInt(sized(tag, 1).get());
    }

    /** A byte that is 0 or 1. */
    boolean flag(int tag) throws MalformedFrameException {
        int value = u8(tag);
        if (value > 1) {
            throw malformed("field " + tag, value, "0 or 1");
        }
        return value == 1;
    }

    /** A flag that may be left out, and is then false. */
    boolean flagOrFalse(int tag) throws MalformedFrameException {
        return fields.containsKey(tag) && flag(tag);
    }

    long u32(int tag) throws MalformedFrameException {
        return Integer.toUnsignedLong(sized(tag, 4).getInt());
    }

    /** Unsigned numbers that fit an {@code int}, as often as the field occurs. */
    List<Integer> counts(int tag) throws MalformedFrameException {
        List<Integer> values = new ArrayList<>();
        for (byte[] value : all(tag)) {
            int number = value.length == 4 ? ByteBuffer.wrap(value).getInt() : -1;
            if (number < 0) {
                throw malformed("field " + tag, Arrays.toString(value), "4 bytes, at most " + Integer.MAX_VALUE);
            }
            values.add(number);
        }
        return List.copyOf(values);
    }

    int i32(int tag) throws MalformedFrameException {
        return sized(tag, 4).getInt();
    }

    int i32OrZero(int tag) throws MalformedFrameException {
        return fields.containsKey(tag) ? i32(tag) : 0;
    }

    /** An unsigned number that fits an {@code int}. */
    int count(int tag) throws MalformedFrameException {
        long value = u32(tag);
        if (value > Integer.MAX_VALUE) {
            throw malformed("field " + tag, value, "at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    int countOrZero(int tag) throws MalformedFrameException {
        return fields.containsKey(tag) ? count(tag) : 0;
    }

    long u64(int tag) throws MalformedFrameException {
        return sized(tag, 8).getLong();
    }

    long u64OrZero(int tag) throws MalformedFrameException {
        return fields.containsKey(tag) ? u64(tag) : 0;
    }

    OptionalLong optionalU64(int tag) throws MalformedFrameException {
        return fields.containsKey(tag) ? OptionalLong.of(u64(tag)) : OptionalLong.empty();
    }

    String text(int tag) throws MalformedFrameException {
        return decode(tag, bytes(tag));
    }

    String textOrEmpty(int tag) throws MalformedFrameException {
        byte[] value = single(tag);
        return value == null ? "" : decode(tag, value);
    }

    List<String> texts(int tag) throws MalformedFrameException {
        List<String> values = new ArrayList<>();
        for (byte[] value : all(tag)) {
            values.add(decode(tag, value));
        }
        return List.copyOf(values);
    }

    <T> T nested(int tag, Part<T> part) throws MalformedFrameException {
        return readPart(tag, bytes(tag), part);
    }

    <T> @Nullable T nestedOrNull(int tag, Part<T> part) throws MalformedFrameException {
        byte[] value = single(tag);
        return value == null ? null : readPart(tag, value, part);
    }

    <T> List<T> nestedList(int tag, Part<T> part) throws MalformedFrameException {
        List<T> values = new ArrayList<>();
        for (byte[] value : all(tag)) {
            values.add(readPart(tag, value, part));
        }
        return List.copyOf(values);
    }

    /** Refuses fields that were not taken. */
    void end() throws MalformedFrameException {
        for (Map.Entry<Integer, Deque<byte[]>> field : fields.entrySet()) {
            throw malformed("field " + field.getKey(), "unknown", "only the tags of this message");
        }
    }

    MalformedFrameException malformed(String field, Object value, String expected) {
        return new MalformedFrameException(where + ": " + field + ": " + value + " (expected: " + expected + ")");
    }

    private <T> T readPart(int tag, byte[] value, Part<T> part) throws MalformedFrameException {
        FieldReader inner = of(where + "." + tag, value);
        T result = part.read(inner);
        inner.end();
        return result;
    }

    private byte @Nullable [] single(int tag) throws MalformedFrameException {
        Deque<byte[]> values = fields.remove(tag);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw malformed("field " + tag, values.size() + " times", "once");
        }
        return values.getFirst();
    }

    private Iterable<byte[]> all(int tag) {
        Deque<byte[]> values = fields.remove(tag);
        return values == null ? List.of() : values;
    }

    private ByteBuffer sized(int tag, int size) throws MalformedFrameException {
        byte[] value = bytes(tag);
        if (value.length != size) {
            throw malformed("field " + tag + " length", value.length, Integer.toString(size));
        }
        return ByteBuffer.wrap(value);
    }

    private String decode(int tag, byte[] value) throws MalformedFrameException {
        for (byte b : value) {
            if (b == 0) {
                throw malformed("field " + tag, "text with NUL " + Arrays.toString(value), "none");
            }
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    /** Reads one nested message. */
    @FunctionalInterface
    interface Part<T> {
        T read(FieldReader fields) throws MalformedFrameException;
    }
}
