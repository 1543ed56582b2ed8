package io.openshell.core.inference;

import io.openshell.api.credential.Secret;
import io.openshell.core.config.Suggestion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Makes a route of what is written, with everything that is wrong with it. */
public final class RouteMaker {

    /** What a route serves if it does not say. */
    private static final String ALIAS = InferenceSettings.HOST;

    private static final String SUPERVISOR_ALIAS = "sandbox-system";
    private static final String DEFAULT_PROFILE = "openai-compatible";
    private static final int DEFAULT_TIMEOUT_SECONDS = 60;
    private static final int MAX_TIMEOUT_SECONDS = 3600;
    private static final int LONGEST_KEY = 8192;
    private static final int LONGEST_MODEL = 256;

    private final RouteSpec spec;
    private final KeySource source;
    private final BiConsumer<String, String> problems;
    private boolean wrong;

    private RouteMaker(RouteSpec spec, KeySource source, BiConsumer<String, String> problems) {
        this.spec = spec;
        this.source = source;
        this.problems = problems;
    }

    /**
     * Makes it.
     *
     * @param id what it is called in events
     * @param problems gets each problem: the key, as in a route file, and what is wrong with its value; never a key's own
     *     value
     * @return empty if there was a problem
     */
    public static Optional<InferenceRoute> make(
            String id, RouteSpec spec, KeySource source, BiConsumer<String, String> problems) {
        return new RouteMaker(spec, source, problems).make(id);
    }

    private Optional<InferenceRoute> make(String id) {
        checkName();
        checkModel();
        Duration timeout = timeout();
        Set<InferenceProtocol> named = protocols();
        String type = spec.providerType() == null ? DEFAULT_PROFILE : spec.providerType();
        Optional<ProviderProfile> profile = ProviderProfile.named(type);
        if (profile.isEmpty()) {
            problem("provider_type", Suggestion.unknownValue(type, ProviderProfile.names()));
            return Optional.empty();
        }
        Optional<InferenceEndpoint> endpoint = endpoint(profile.get());
        Optional<Key> key = key(profile.get());
        if (wrong || endpoint.isEmpty() || key.isEmpty()) {
            key.flatMap(Key::secret).ifPresent(Secret::close);
            return Optional.empty();
        }
        return Optional.of(new InferenceRoute(
                id,
                profile.get(),
                endpoint.get(),
                spec.model(),
                named.isEmpty() ? profile.get().protocols() : named,
                key.get().secret(),
                key.get().origin(),
                timeout));
    }

    private void checkName() {
        String name = spec.name() == null || spec.name().isEmpty() ? ALIAS : spec.name();
        if (name.equals(SUPERVISOR_ALIAS)) {
            problem("name", name + " (expected: " + ALIAS + "; nothing here asks for inference of its own)");
        } else if (!name.equals(ALIAS)) {
            problem("name", "unknown route name '" + name + "' (expected: " + ALIAS + ")");
        }
    }

    private void checkModel() {
        String model = spec.model();
        boolean printable = model.chars().noneMatch(c -> c < ' ' || c == 0x7f);
        if (model.isBlank() || model.length() > LONGEST_MODEL || !printable) {
            problem("model", "blank, too long or not printable (expected: 1 to " + LONGEST_MODEL + " characters)");
        }
    }

    private Duration timeout() {
        int seconds = spec.timeoutSecs() == null ? 0 : spec.timeoutSecs();
        if (seconds < 0 || seconds > MAX_TIMEOUT_SECONDS) {
            problem("timeout_secs", seconds + " (expected: 1 to " + MAX_TIMEOUT_SECONDS + ", or 0 for the default)");
        }
        return Duration.ofSeconds(seconds == 0 ? DEFAULT_TIMEOUT_SECONDS : seconds);
    }

    private Set<InferenceProtocol> protocols() {
        Set<InferenceProtocol> found = EnumSet.noneOf(InferenceProtocol.class);
        List<String> names = spec.protocols() == null ? List.of() : spec.protocols();
        for (int i = 0; i < names.size(); i++) {
            Optional<InferenceProtocol> protocol = InferenceProtocol.named(names.get(i));
            if (protocol.isPresent()) {
                found.add(protocol.get());
            } else {
                problem("protocols", Suggestion.unknownValue(names.get(i), InferenceProtocol.names()));
            }
        }
        if (spec.protocols() != null && names.isEmpty()) {
            problem("protocols", "an empty list (expected: at least one, or none of the key for all)");
        }
        return found;
    }

    private Optional<InferenceEndpoint> endpoint(ProviderProfile profile) {
        Optional<String> text = Optional.ofNullable(spec.endpoint());
        String key = "endpoint";
        if (text.isEmpty()) {
            text = profile.endpointVariable().flatMap(source::variable);
            key = text.isPresent() ? profile.endpointVariable().orElse(key) : key;
        }
        text = text.or(profile::endpoint);
        if (text.isEmpty()) {
            problem(key, "missing (expected: a base URL, as in http://127.0.0.1:8080/v1)");
            return Optional.empty();
        }
        Optional<InferenceEndpoint> endpoint = InferenceEndpoint.parse(text.get());
        if (endpoint.isEmpty()) {
            // It may be a URL with a password in it.
            problem(key, "not a base URL (expected: http:// or https://, a host and a path, without user or query)");
        } else if (endpoint.get().host().equals(ALIAS)) {
            problem(key, "leads to " + ALIAS + " itself (expected: the URL of a backend)");
        }
        return endpoint;
    }

    private record Key(Optional<Secret> secret, String origin) {}

    private Optional<Key> key(ProviderProfile profile) {
        String file = spec.apiKeyFile();
        String variable = spec.apiKeyEnv() == null ? profile.keyVariable().orElse(null) : spec.apiKeyEnv();
        if (file != null && spec.apiKeyEnv() != null) {
            problem("api_key_file", "beside api_key_env (expected: one of them)");
            return Optional.empty();
        }
        if (file != null) {
            return fromFile(file);
        }
        if (variable == null) {
            return Optional.of(new Key(Optional.empty(), "no key"));
        }
        Optional<byte[]> value = source.secret(variable);
        if (value.isEmpty()) {
            problem("api_key_env", variable + " is not set here (expected: a variable with the key, or api_key_file)");
            return Optional.empty();
        }
        return secret("api_key_env", value.get(), "key from " + variable);
    }

    private Optional<Key> fromFile(String file) {
        byte[] bytes;
        try {
            bytes = source.file(Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            problem("api_key_file", file + " (expected: a readable file)");
            return Optional.empty();
        }
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        byte[] trimmed = Arrays.copyOf(bytes, end);
        Arrays.fill(bytes, (byte) 0);
        return secret("api_key_file", trimmed, "key from " + file);
    }

    private Optional<Key> secret(String key, byte[] bytes, String origin) {
        boolean visible = bytes.length > 0 && bytes.length <= LONGEST_KEY;
        for (byte octet : bytes) {
            visible &= octet > ' ' && octet < 0x7f;
        }
        if (!visible) {
            Arrays.fill(bytes, (byte) 0);
            problem(key, "not shown (expected: 1 to " + LONGEST_KEY + " visible ASCII characters)");
            return Optional.empty();
        }
        return Optional.of(new Key(Optional.of(Secret.owning(bytes)), origin));
    }

    private void problem(String key, String message) {
        wrong = true;
        problems.accept(key, message);
    }
}
