/** Tests of the plugin host. */
@NullMarked
package io.openshell.core.plugin;

import org.jspecify.annotations.NullMarked;
