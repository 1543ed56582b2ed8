/** Sandboxes: control socket, identity, processes and life cycle. */
@NullMarked
package io.openshell.supervisor;

import org.jspecify.annotations.NullMarked;
