package io.openshell.proxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts fields together that did not come from one head. */
final class HeaderFieldsBuilder {

    private final ByteArrayOutputStream block = new ByteArrayOutputStream(512);
    private final List<KnownField> kinds = new ArrayList<>();
    private int[] table = new int[16 * HeaderFields.STRIDE];

    /** Adds a field of others as it is. */
    void add(HeaderFields others, int index) {
        add(
                Arrays.copyOfRange(others.block(), others.nameStart(index), others.nameEnd(index)),
                Arrays.copyOfRange(others.block(), others.valueStart(index), others.valueEnd(index)));
    }

    /** Adds a field. */
    void add(String name, String value) {
        check(name);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        for (byte octet : bytes) {
            if (!Octets.isField(octet)) {
                throw new IllegalArgumentException(name + ": a value with a control byte (expected: one line of text)");
            }
        }
        add(name.getBytes(StandardCharsets.US_ASCII), bytes);
    }

    /** Refuses what is not a field's name. */
    void check(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (!Octets.isToken(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException(
                    "header name: " + Octets.excerpt(bytes, 0, bytes.length) + " (expected: a token)");
        }
    }

    HeaderFields build() {
        return new HeaderFields(block.toByteArray(), table, kinds.toArray(KnownField[]::new), kinds.size());
    }

    private void add(byte[] name, byte[] value) {
        int at = kinds.size() * HeaderFields.STRIDE;
        if (at == table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        table[at] = block.size();
        block.writeBytes(name);
        table[at + 1] = block.size();
        block.write(':');
        block.write(' ');
        table[at + 2] = block.size();
        block.writeBytes(value);
        table[at + 3] = block.size();
        block.write('\r');
        block.write('\n');
        kinds.add(KnownField.of(name, 0, name.length));
    }
}
