package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.openshell.api.inspect.HeaderEdit;
import io.openshell.api.inspect.Headers;
import io.openshell.core.credential.MarkerScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one head, over one copy of its bytes. Names and values become strings only when asked for.
 * Immutable. It never prints values: they may be credentials.
 */
public final class HeaderFields implements Headers {

    /** No fields. */
    public static final HeaderFields EMPTY = new HeaderFields(new byte[0], new int[0], new KnownField[0], 0);

    /** Ints of a field in the table: where name and value begin and end. */
    static final int STRIDE = 4;

    private static final int FIELD_END = ('\r' << 8) | '\n';
    private static final int NAME_END = (':' << 8) | ' ';

    private final byte[] block;
    private final int[] table;
    private final KnownField[] kinds;
    private final int count;
    private @Nullable Set<String> names;

    /**
     * The parser's result.
     *
     * @param block the head; not copied
     * @param table {@link #STRIDE} offsets per field
     */
    HeaderFields(byte[] block, int[] table, KnownField[] kinds, int count) {
        this.block = block;
        this.table = table;
        this.kinds = kinds;
        this.count = count;
    }

    /** How many fields there are, repeated ones counted. */
    public int count() {
        return count;
    }

    @Override
    public Optional<String> first(String name) {
        int index = find(name, 0);
        return index < 0 ? Optional.empty() : Optional.of(value(index));
    }

    @Override
    public List<String> all(String name) {
        int index = find(name, 0);
        if (index < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        for (; index >= 0; index = find(name, index + 1)) {
            values.add(value(index));
        }
        return Collections.unmodifiableList(values);
    }

    @Override
    public Set<String> names() {
        Set<String> known = names;
        if (known == null) {
            Set<String> found = new LinkedHashSet<>();
            for (int i = 0; i < count; i++) {
                found.add(name(i).toLowerCase(Locale.ROOT));
            }
            known = Collections.unmodifiableSet(found);
            names = known;
        }
        return known;
    }

    /**
     * These fields with the changes made, in order. A replaced field moves to the end.
     *
     * @throws IllegalArgumentException if a name is not a token or a value holds what a field may not
     */
    public HeaderFields edited(List<HeaderEdit> edits) {
        if (edits.isEmpty()) {
            return this;
        }
        HeaderFieldsBuilder builder = new HeaderFieldsBuilder();
        for (int i = 0; i < count; i++) {
            String name = name(i);
            if (edits.stream().noneMatch(edit -> edit.name().equalsIgnoreCase(name))) {
                builder.add(this, i);
            }
        }
        for (int i = 0; i < edits.size(); i++) {
            HeaderEdit edit = edits.get(i);
            boolean replacedLater = edits.subList(i + 1, edits.size()).stream()
                    .anyMatch(later -> later.name().equalsIgnoreCase(edit.name()));
            builder.check(edit.name());
            if (edit.value() != null && !replacedLater) {
                builder.add(edit.name(), edit.value());
            }
        }
        return builder.build();
    }

    /** Whether a credential's placeholder, in any encoding that is looked for, stands anywhere in the head. */
    public boolean holdPlaceholder() {
        return MarkerScan.finds(block, 0, block.length);
    }

    /** The names, for logs and debuggers. */
    @Override
    public String toString() {
        return "HeaderFields" + names();
    }

    /** The name at an index, as received. */
    String name(int index) {
        return Octets.ascii(block, nameStart(index), nameEnd(index));
    }

    /** The value at an index, trimmed. What is not UTF-8, in a response, reads as replacement characters. */
    String value(int index) {
        return new String(block, valueStart(index), valueEnd(index) - valueStart(index), StandardCharsets.UTF_8);
    }

    KnownField kind(int index) {
        return kinds[index];
    }

    /** The next field of a kind at or after an index, or -1. */
    int next(KnownField kind, int from) {
        for (int i = from; i < count; i++) {
            if (kinds[i] == kind) {
                return i;
            }
        }
        return -1;
    }

    boolean has(KnownField kind) {
        return next(kind, 0) >= 0;
    }

    boolean nameEquals(int index, String lower) {
        return Octets.equalsLower(block, nameStart(index), nameEnd(index), lower);
    }

    byte[] block() {
        return block;
    }

    /** Copies the octets of all values from one head to another that is laid out the same. */
    void copyValues(byte[] from, byte[] to) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, valueStart(i), to, valueStart(i), valueEnd(i) - valueStart(i));
        }
    }

    /** The same fields over another head that is laid out the same. */
    HeaderFields over(byte[] changed) {
        return new HeaderFields(changed, table, kinds, count);
    }

    int nameStart(int index) {
        return table[index * STRIDE];
    }

    int nameEnd(int index) {
        return table[index * STRIDE + 1];
    }

    int valueStart(int index) {
        return table[index * STRIDE + 2];
    }

    int valueEnd(int index) {
        return table[index * STRIDE + 3];
    }

    /** Writes one field: name, colon, one space, trimmed value, line end. */
    void write(ByteBuf out, int index) {
        int nameLength = nameEnd(index) - nameStart(index);
        int valueLength = valueEnd(index) - valueStart(index);
        out.ensureWritable(nameLength + valueLength + 4);
        if (valueStart(index) == nameEnd(index) + 2 && block[nameEnd(index) + 1] == ' ') {
            out.writeBytes(block, nameStart(index), nameLength + 2 + valueLength);
        } else {
            out.writeBytes(block, nameStart(index), nameLength);
            ByteBufUtil.writeShortBE(out, NAME_END);
            out.writeBytes(block, valueStart(index), valueLength);
        }
        ByteBufUtil.writeShortBE(out, FIELD_END);
    }

    private int find(String name, int from) {
        int length = name.length();
        for (int i = from; i < count; i++) {
            int start = nameStart(i);
            if (nameEnd(i) - start == length && sameName(name, start)) {
                return i;
            }
        }
        return -1;
    }

    private boolean sameName(String name, int start) {
        for (int i = 0; i < name.length(); i++) {
            char asked = name.charAt(i);
            char lower = asked >= 'A' && asked <= 'Z' ? (char) (asked + 32) : asked;
            if (Octets.lower(block[start + i]) != lower) {
                return false;
            }
        }
        return true;
    }
}
