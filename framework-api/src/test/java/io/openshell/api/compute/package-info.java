/** Tests of what this package refuses and keeps. */
@NullMarked
package io.openshell.api.compute;

import org.jspecify.annotations.NullMarked;
