package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Secret;
import io.openshell.api.inspect.Headers;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields that a signature binds, by name. */
final class SignedFields {

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Besides {@code x-amz-*}, fields that say what the body is. */
    private static final Set<String> ALWAYS = Set.of("content-type", "content-md5");

    private final SortedMap<String, Consumer<MessageDigest>> values = new TreeMap<>();

    private SignedFields() {}

    /**
     * What the service wants signed, and what the client signed: what it bound stays bound.
     *
     * @param own the fields that the client's signature belongs to, which are left out
     */
    static SignedFields of(RequestPart.Whole request, ClientSignature client, Set<String> own) {
        SignedFields fields = new SignedFields();
        Headers headers = request.headers();
        for (String name : headers.names()) {
            boolean wanted = name.startsWith("x-amz-")
                    || ALWAYS.contains(name)
                    || client.signedFields().contains(name);
            if (wanted && !own.contains(name)) {
                fields.put(name, headers.all(name));
            }
        }
        if (client.signedFields().contains("content-length") && request.body().hasRemaining()) {
            fields.put("content-length", String.valueOf(request.body().remaining()));
        }
        fields.put("host", request.authority());
        return fields;
    }

    void put(String name, String value) {
        put(name, List.of(value));
    }

    /** A value that is hashed where it is. */
    void put(String name, Secret value) {
        values.put(name, digest -> value.reveal(digest::update));
    }

    private void put(String name, List<String> all) {
        String joined = all.stream()
                .map(value -> BLANKS.matcher(value.strip()).replaceAll(" "))
                .collect(Collectors.joining(","));
        values.put(name, digest -> digest.update(joined.getBytes(UTF_8)));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Their names, as the signature lists them. */
    String names() {
        return String.join(";", values.keySet());
    }

    /** Hashes the lines of the canonical request that are made of them. */
    void addTo(MessageDigest digest) {
        values.forEach((name, value) -> {
            digest.update(name.getBytes(UTF_8));
            digest.update((byte) ':');
            value.accept(digest);
            digest.update((byte) '\n');
        });
    }
}
