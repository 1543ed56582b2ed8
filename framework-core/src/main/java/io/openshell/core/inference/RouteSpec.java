package io.openshell.core.inference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route as it is written in a file or on the command line, not checked yet.
 *
 * @param name the alias that it serves; only {@code inference.local} is served
 * @param providerType the profile's name
 * @param endpoint the base URL; the profile's own if it is left out
 * @param model what every request asks for
 * @param protocols what it is used for; all that the profile speaks if it is left out
 * @param apiKeyEnv the variable with the key
 * @param apiKeyFile the file with the key
 * @param timeoutSecs for answers that are passed on whole
 */
public record RouteSpec(
        @Nullable String name,
        @Nullable String providerType,
        @Nullable String endpoint,
        String model,
        @Nullable List<String> protocols,
        @Nullable String apiKeyEnv,
        @Nullable String apiKeyFile,
        @Nullable Integer timeoutSecs) {}
