/**
 * An example of a plugin that a third party might write: the protocol {@code redis}, of which the core knows nothing. It
 * is compiled against the plugin interfaces alone.
 *
 * <p>{@link io.openshell.example.redis.RedisPlugin} offers the factory, {@code RedisOptions} is what an endpoint can say,
 * {@code CommandRules} judges a command, and {@code RedisStream} reads one connection.
 */
@NullMarked
package io.openshell.example.redis;

import org.jspecify.annotations.NullMarked;
