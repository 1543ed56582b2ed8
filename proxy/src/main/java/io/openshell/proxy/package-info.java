/** The data plane: from an accepted connection of the agent to the upstream. */
@NullMarked
package io.openshell.proxy;

import org.jspecify.annotations.NullMarked;
