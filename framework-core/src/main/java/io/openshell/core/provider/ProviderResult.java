package io.openshell.core.provider;

import java.util.List;

/** What reading a provider came to. */
public sealed interface ProviderResult {

    /** It is in order. */
    record Read(Provider provider) implements ProviderResult {}

    /**
     * It is not.
     *
     * @param problems all of them, each {@code file:line:column: path: message}
     */
    record Invalid(List<String> problems) implements ProviderResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
