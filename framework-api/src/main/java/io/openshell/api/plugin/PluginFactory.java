package io.openshell.api.plugin;

/**
 * What all factories have in common: a name and the record that their configuration is bound to.
 *
 * @param <C> the configuration; see {@link io.openshell.api.config} for what its components may be
 */
public interface PluginFactory<C extends Record> {

    /**
     * What a policy or an option says to mean this factory: lower-case letters, digits and dashes, beginning
     * with a letter, at most 32 characters, unique among the loaded plugins' factories of the same kind.
     */
    String name();

    /** The record that configuration is bound to, before {@code create} is called. */
    Class<C> configType();
}
