/**
 * The plugin host. PF4J finds what depends on what and keeps plugins apart; what a plugin offers is found by {@link
 * java.util.ServiceLoader} in the plugin's own class loader.
 *
 * <p>PF4J alone logs most failures and goes on without the plugin. A policy that is enforced by one plugin fewer than
 * its author installed is a hole, so everything that is wrong with any plugin is collected here, and stops the start with
 * one {@link io.openshell.core.plugin.PluginLoadException} that lists it all.
 */
@NullMarked
package io.openshell.core.plugin;

import org.jspecify.annotations.NullMarked;
