/** A protocol plugin as a stranger would write it. */
@NullMarked
package io.openshell.example.redis;

import org.jspecify.annotations.NullMarked;
