package io.openshell.core.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where keys and base URLs come from: the user's environment and files. */
public interface KeySource {

    /** A variable that is no secret; empty if it is not set, or set to nothing. */
    Optional<String> variable(String name);

    /** A variable's bytes, for those that are; the caller clears them. */
    Optional<byte[]> secret(String name);

    /** A file's bytes; the caller clears them. */
    byte[] file(Path path) throws IOException;

    /** These variables and the files of this machine. */
    static KeySource of(Map<String, String> environment) {
        return new KeySource() {
            @Override
            public Optional<String> variable(String name) {
                return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
            }

            @Override
            public Optional<byte[]> secret(String name) {
                return variable(name).map(value -> value.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public byte[] file(Path path) throws IOException {
                return Files.readAllBytes(path);
            }
        };
    }
}
