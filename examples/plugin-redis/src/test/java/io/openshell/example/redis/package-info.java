/** Tests of the example. */
@NullMarked
package io.openshell.example.redis;

import org.jspecify.annotations.NullMarked;
