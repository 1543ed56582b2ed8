package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keys that AWS publishes for examples, in a vault. */
record SampleKeys(Map<String, String> values) implements Vault {

    static final String ID = "AKIDEXAMPLE";
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    static final SampleKeys SUITE = of(ID, SECRET);

    static SampleKeys of(String id, String secret) {
        return new SampleKeys(Map.of("AWS_ACCESS_KEY_ID", id, "AWS_SECRET_ACCESS_KEY", secret));
    }

    SampleKeys with(String key, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(key, value);
        return new SampleKeys(Map.copyOf(more));
    }

    SampleKeys without(String key) {
        Map<String, String> fewer = new HashMap<>(values);
        fewer.remove(key);
        return new SampleKeys(Map.copyOf(fewer));
    }

    String value(String key) {
        return Objects.requireNonNull(values.get(key), key);
    }

    @Override
    public Optional<Secret> resolve(String key) {
        return Optional.ofNullable(values.get(key)).map(value -> Secret.owning(value.getBytes(UTF_8)));
    }
}
