package io.openshell.core.policy;

import io.openshell.core.config.Suggestion;
import java.util.List;

/** What to say of protocols that are not there. */
final class Protocols {

    private Protocols() {}

    /** The message for a protocol that no plugin offers: what is installed, what was meant, how to add one. */
    static String unknown(String name, List<String> installed) {
        String near = Suggestion.nearest(name, installed)
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("");
        String expected =
                installed.isEmpty() ? "one that a plugin offers, and none is installed" : Suggestion.choice(installed);
        return "unknown protocol '" + name + "' (expected: " + expected + near
                + "; other protocols come with plugins, whose jars go into a directory given with --plugins-dir)";
    }
}
