/** Tests of what this package refuses and keeps. */
@NullMarked
package io.openshell.api.inspect;

import org.jspecify.annotations.NullMarked;
