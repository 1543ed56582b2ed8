package io.openshell.api.config;

/**
 * A part of the configuration that a plugin hands on unread, for another plugin's factory to be bound to: a
 * component of this type takes whatever mapping stands there, with its place. Only the core makes these.
 */
public interface ConfigNode {

    /** Where it stands in the policy, as in {@code network_policies.github.endpoints[0].graphql}. */
    String path();
}
