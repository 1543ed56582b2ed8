/** Runs sandboxes in containers of Docker and of Podman. */
@NullMarked
package io.openshell.plugin.docker;

import org.jspecify.annotations.NullMarked;
