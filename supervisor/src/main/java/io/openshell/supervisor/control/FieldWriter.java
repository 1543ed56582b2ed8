package io.openshell.supervisor.control;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes a payload: fields of tag (u16), length (u32) and bytes, all big-endian. */
final class FieldWriter {

    private static final int CAPACITY = 256;

    private final Buffer out;

    FieldWriter() {
        this(CAPACITY);
    }

    /** @param capacity up to so many bytes, nothing that was written is left behind elsewhere in memory */
    FieldWriter(int capacity) {
        this.out = new Buffer(capacity);
    }

    FieldWriter bytes(int tag, byte[] value) {
        writeU16(tag);
        writeU32(value.length);
        out.writeBytes(value);
        return this;
    }

    FieldWriter u8(int tag, int value) {
        return bytes(tag, new byte[] {(byte) value});
    }

    FieldWriter u32(int tag, long value) {
        return bytes(tag, ByteBuffer.allocate(4).putInt((int) value).array());
    }

    FieldWriter u32s(int tag, List<Integer> values) {
        values.forEach(value -> u32(tag, value));
        return this;
    }

    FieldWriter i32(int tag, int value) {
        return u32(tag, value);
    }

    FieldWriter u64(int tag, long value) {
        return bytes(tag, ByteBuffer.allocate(8).putLong(value).array());
    }

    /**
     * @throws IllegalArgumentException if the text holds NUL or cannot be UTF-8: no path, argument or variable does,
     *     and cut or changed it would be another one
     */
    FieldWriter text(int tag, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("text: holds NUL (expected: none)");
        }
        return bytes(tag, encode(value));
    }

    FieldWriter texts(int tag, List<String> values) {
        values.forEach(value -> text(tag, value));
        return this;
    }

    <T> FieldWriter nested(int tag, T value, BiConsumer<FieldWriter, T> write) {
        FieldWriter inner = new FieldWriter();
        write.accept(inner, value);
        return bytes(tag, inner.toBytes());
    }

    <T> FieldWriter nestedList(int tag, List<T> values, BiConsumer<FieldWriter, T> write) {
        values.forEach(value -> nested(tag, value, write));
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    int size() {
        return out.size();
    }

    /** Overwrites what was written. */
    void wipe() {
        out.wipe();
    }

    private static byte[] encode(String value) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(value));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text: not Unicode (expected: no lone surrogates)", e);
        }
    }

    private void writeU16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private void writeU32(int value) {
        writeU16(value >>> 16);
        writeU16(value);
    }

    private static final class Buffer extends ByteArrayOutputStream {

        Buffer(int capacity) {
            super(capacity);
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
            reset();
        }
    }
}
