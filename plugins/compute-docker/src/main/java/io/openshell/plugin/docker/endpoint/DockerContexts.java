package io.openshell.plugin.docker.endpoint;

import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What {@code docker context use} has left: the name of the context in {@code config.json}, and its address in {@code
 * contexts/meta/SHA-256 OF THE NAME/meta.json}.
 */
final class DockerContexts {

    private static final String BUILT_IN = "default";
    private static final String VARIABLE = "DOCKER_CONTEXT";
    private static final long MAX_FILE_BYTES = 4L << 20;

    private final Surroundings around;

    DockerContexts(Surroundings around) {
        this.around = around;
    }

    /**
     * A context that is named somewhere.
     *
     * @param name its name
     * @param origin where that is, for people
     */
    record Chosen(String name, String origin) {}

    /** The context to use; nothing for the built-in one. */
    Optional<Chosen> chosen() throws UnusableContextException {
        Optional<Chosen> chosen = around.variable(VARIABLE).map(name -> new Chosen(name, VARIABLE));
        Optional<Path> folder = folder();
        if (chosen.isEmpty() && folder.isPresent()) {
            Path file = folder.get().resolve("config.json");
            Optional<Json> config = read(file);
            if (config.isPresent()) {
                chosen = text(config.get(), file, "currentContext").map(name -> new Chosen(name, file.toString()));
            }
        }
        return chosen.filter(it -> !it.name().equals(BUILT_IN));
    }

    /** Its engine's address. */
    String host(Chosen chosen) throws UnusableContextException {
        Optional<Path> folder = folder();
        if (folder.isEmpty()) {
            throw missing(chosen);
        }
        Path file = folder.get().resolve("contexts/meta/" + digest(chosen.name()) + "/meta.json");
        Optional<Json> meta = read(file);
        if (meta.isEmpty()) {
            throw missing(chosen);
        }
        return text(meta.get(), file, "Endpoints", "docker", "Host").orElseThrow(() -> missing(chosen));
    }

    private static UnusableContextException missing(Chosen chosen) {
        return new UnusableContextException(chosen.origin() + ": context " + chosen.name()
                + ": not there (expected: one that 'docker context ls' shows)");
    }

    private Optional<Path> folder() {
        return around.variable("DOCKER_CONFIG")
                .map(Path::of)
                .or(() -> around.variable("HOME").map(home -> Path.of(home, ".docker")));
    }

    private static Optional<Json> read(Path file) throws UnusableContextException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw unreadable(file);
            }
            return Optional.of(Json.read(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static Optional<String> text(Json root, Path file, String... keys) throws UnusableContextException {
        try {
            Json value = root;
            for (String key : keys) {
                value = value.at(key);
            }
            return value.text();
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static UnusableContextException unreadable(Path file) {
        return new UnusableContextException(
                file + ": unreadable (expected: JSON as docker writes it; or set DOCKER_HOST)");
    }

    private static String digest(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
