/** Tests of what this package refuses and keeps. */
@NullMarked
package io.openshell.api.credential;

import org.jspecify.annotations.NullMarked;
