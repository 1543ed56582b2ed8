package io.openshell.api.plugin;

/** The version of this API, which a plugin's {@code Plugin-Requires} is compared with. */
public final class ApiVersion {

    /** Semantic version: a plugin built against 1.x runs on every later 1.y. */
    public static final String CURRENT = "1.0.0";

    private ApiVersion() {}
}
