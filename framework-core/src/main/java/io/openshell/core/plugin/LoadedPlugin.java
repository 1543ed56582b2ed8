package io.openshell.core.plugin;

import java.nio.file.Path;
import java.util.List;

/**
 * A plugin that is loaded.
 *
 * @param id its id
 * @param version its version
 * @param requires the versions of the API that it accepts
 * @param provider who made it
 * @param path the jar or directory
 * @param offers what it offers, by kind and then by name
 */
public record LoadedPlugin(String id, String version, String requires, String provider, Path path, List<Offer> offers) {

    public LoadedPlugin {
        offers = List.copyOf(offers);
    }

    /** The names of what it offers of one kind, sorted. */
    public List<String> names(PluginKind kind) {
        return offers.stream()
                .filter(offer -> offer.kind() == kind)
                .map(Offer::name)
                .toList();
    }

    /**
     * One factory of a plugin.
     *
     * @param kind what it makes
     * @param name what policies and options call it
     * @param configKeys the keys that its configuration can have, in their order
     */
    public record Offer(PluginKind kind, String name, List<String> configKeys) {

        public Offer {
            configKeys = List.copyOf(configKeys);
        }
    }
}
