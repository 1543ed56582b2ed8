/**
 * Strict YAML: text becomes a tree that knows where everything stands, and the tree is bound to records.
 *
 * <p>{@link io.openshell.core.config.YamlReader} takes one document without anchors, aliases, merge keys, tags,
 * duplicate keys and control characters, and reports each of them with its place. {@link
 * io.openshell.core.config.RecordBinder} binds a part of the tree to a record as {@link io.openshell.api.config}
 * promises to plugins; the core's own records go the same way. {@link io.openshell.core.config.RecordPrinter} is
 * the way back.
 */
@NullMarked
package io.openshell.core.config;

import org.jspecify.annotations.NullMarked;
