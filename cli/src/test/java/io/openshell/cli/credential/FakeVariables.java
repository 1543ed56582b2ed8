package io.openshell.cli.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Variables of nobody's process, which remembers each array that it has given away. */
final class FakeVariables implements SecretVariables {

    private final Map<String, byte[]> values = new HashMap<>();
    private final List<byte[]> given = new ArrayList<>();
    private final List<String> erased = new ArrayList<>();

    FakeVariables set(String name, String value) {
        values.put(name, value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    @Override
    public Optional<byte[]> bytes(String name) {
        Optional<byte[]> copy = Optional.ofNullable(values.get(name)).map(byte[]::clone);
        copy.ifPresent(given::add);
        return copy;
    }

    @Override
    public void erase(String name) {
        erased.add(name);
    }

    List<byte[]> given() {
        return given;
    }

    List<String> erased() {
        return erased;
    }
}
