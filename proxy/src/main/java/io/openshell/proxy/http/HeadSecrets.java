package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.openshell.api.credential.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a request's head in place of what the client sent, as bytes that are overwritten on {@link #close}. It
 * lives for one write. Not thread-safe.
 */
public final class HeadSecrets implements AutoCloseable {

    /** Nothing: the head is written as it is. */
    public static final HeadSecrets NONE = new HeadSecrets();

    /** Colon, space and line end. */
    private static final int FIELD_FRAME = 4;

    private record Field(String name, Secret value) {}

    private final Map<Integer, Secret> values = new HashMap<>();
    private final List<Field> added = new ArrayList<>();
    private Set<String> withheld = Set.of();
    private @Nullable Secret path;
    private @Nullable Secret query;

    /** Whether a secret is among them. */
    public boolean isEmpty() {
        return values.isEmpty() && added.isEmpty() && path == null && query == null;
    }

    /** Writes this path; owns it from now on. */
    public void path(Secret secret) {
        path = secret;
    }

    /** Writes this query; owns it from now on. */
    public void query(Secret secret) {
        query = secret;
    }

    /** Writes this value of the field at an index; owns it from now on. */
    public void value(int index, Secret secret) {
        values.put(index, secret);
    }

    /** Leaves out fields of the client's, by their names in lower case. */
    public void withhold(Set<String> names) {
        withheld = Set.copyOf(names);
    }

    /** Whether a field of the client's is left out. */
    public boolean withholds(String name) {
        return withheld.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Adds a field; owns its value from now on. */
    public void add(String name, Secret value) {
        added.add(new Field(name, value));
    }

    /** How many bytes they take at most. */
    int room() {
        int room = (path == null ? 0 : path.length()) + (query == null ? 0 : query.length());
        for (Secret value : values.values()) {
            room += value.length();
        }
        for (Field field : added) {
            room += field.name().length() + field.value().length() + FIELD_FRAME;
        }
        return room;
    }

    boolean writePath(ByteBuf out) {
        return target(out, path);
    }

    boolean writeQuery(ByteBuf out) {
        return target(out, query);
    }

    private static boolean target(ByteBuf out, @Nullable Secret secret) {
        if (secret == null) {
            return false;
        }
        secret.reveal(bytes -> {
            for (byte octet : bytes) {
                if (!Octets.isVisible(octet)) {
                    throw new IllegalArgumentException("request-target: a byte that no target has");
                }
            }
            out.writeBytes(bytes);
        });
        return true;
    }

    /** Writes, or leaves out, a field of the client's; false if it is to be written as it is. */
    boolean writeField(ByteBuf out, HeaderFields fields, int index) {
        if (!withheld.isEmpty() && withholds(fields.name(index))) {
            return true;
        }
        Secret secret = values.get(index);
        if (secret == null) {
            return false;
        }
        field(out, fields.name(index), secret);
        return true;
    }

    void writeAdded(ByteBuf out) {
        for (Field field : added) {
            field(out, field.name(), field.value());
        }
    }

    private static void field(ByteBuf out, String name, Secret value) {
        byte[] token = name.getBytes(StandardCharsets.UTF_8);
        if (!Octets.isToken(token, 0, token.length)) {
            throw new IllegalArgumentException("header name: not a token");
        }
        out.writeBytes(token);
        out.writeByte(':');
        out.writeByte(' ');
        value.reveal(bytes -> {
            for (byte octet : bytes) {
                if (!Octets.isField(octet)) {
                    throw new IllegalArgumentException(name + ": a value with a control byte");
                }
            }
            out.writeBytes(bytes);
        });
        MessageWriting.lineEnd(out);
    }

    @Override
    public void close() {
        values.values().forEach(Secret::close);
        added.forEach(field -> field.value().close());
        if (path != null) {
            path.close();
        }
        if (query != null) {
            query.close();
        }
    }

    @Override
    public String toString() {
        return "HeadSecrets[redacted]";
    }
}
