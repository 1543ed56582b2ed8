/**
 * Where a plugin begins: the entry interface, the factories that it returns, and the version of this API.
 *
 * <p>A plugin is one jar (or a directory with {@code lib/*.jar}) whose manifest says {@code Plugin-Id},
 * {@code Plugin-Version}, {@code Plugin-Requires} (a version range of {@link
 * io.openshell.api.plugin.ApiVersion}) and {@code Plugin-Provider}. It names exactly one {@link
 * io.openshell.api.plugin.EnforcementPlugin} in {@code META-INF/services}. Its class loader sees the
 * platform, this API and the plugin's own classes, nothing of the application.
 *
 * <p>Five steps make a protocol plugin:
 *
 * <ol>
 *   <li>a record with the keys that an endpoint of the protocol has ({@link io.openshell.api.config}
 *       says how YAML becomes records; a plugin never parses);
 *   <li>a {@link io.openshell.api.inspect.ProtocolInspectorFactory} that names the protocol and compiles
 *       such a record into an inspector, or says what is wrong with it;
 *   <li>an inspector: {@link io.openshell.api.inspect.RequestInspector} for a protocol that rides on
 *       HTTP, {@link io.openshell.api.inspect.ConnectionInspector} for one with bytes of its own;
 *   <li>an {@code EnforcementPlugin} that returns the factory, named in {@code META-INF/services};
 *   <li>a test that extends the contract tests of the test kit.
 * </ol>
 *
 * <p>Whatever goes wrong in a plugin is a denial: a {@code null}, an exception, an error, a
 * call to a closed object. The core never skips a plugin that a policy names. A plugin is trusted to come to an end: a call
 * that does not holds up the connections of its event loop, which then run out of time.
 */
@NullMarked
package io.openshell.api.plugin;

import org.jspecify.annotations.NullMarked;
