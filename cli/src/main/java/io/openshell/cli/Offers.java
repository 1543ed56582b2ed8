package io.openshell.cli;

import io.openshell.core.plugin.LoadedPlugin;
import java.util.List;

/** What a plugin offers, in words. */
final class Offers {

    private Offers() {}

    static List<String> of(LoadedPlugin plugin) {
        return plugin.offers().stream()
                .map(offer -> offer.kind().label() + " " + offer.name())
                .toList();
    }
}
