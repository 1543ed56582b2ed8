package io.openshell.core.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reference's types of providers, their other names and their variables, and the hosts that belong to each. */
public final class BuiltInProviders {

    /** What {@link Provider#origin} says of them. */
    public static final String ORIGIN = "built in";

    private static final List<String> NAMES = List.of(
            "anthropic",
            "claude-code",
            "codex",
            "copilot",
            "generic",
            "github",
            "gitlab",
            "nvidia",
            "openai",
            "opencode",
            "outlook");

    private BuiltInProviders() {}

    /** All, by name. */
    public static List<Provider> all() {
        List<Provider> providers = new ArrayList<>();
        for (String name : NAMES) {
            providers.add(read(name));
        }
        return providers;
    }

    /** The one of this name or other name. */
    public static Optional<Provider> find(String word) {
        return all().stream().filter(provider -> provider.isCalled(word)).findFirst();
    }

    private static Provider read(String name) {
        String resource = name + ".yaml";
        try (InputStream in = BuiltInProviders.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": missing (expected: in this jar)");
            }
            ProviderResult result =
                    new ProviderReader(Path.of("/"), Path.of("/")).read(name, ORIGIN, in.readAllBytes());
            return switch (result) {
                case ProviderResult.Read read -> read.provider();
                case ProviderResult.Invalid invalid -> throw new IllegalStateException(resource + ": " + invalid);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
