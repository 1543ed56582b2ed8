/** Runs sandboxes on this machine, with no container engine. */
@NullMarked
package io.openshell.plugin.local;

import org.jspecify.annotations.NullMarked;
