/** Tests of inference decisions. */
@NullMarked
package io.openshell.core.inference;

import org.jspecify.annotations.NullMarked;
