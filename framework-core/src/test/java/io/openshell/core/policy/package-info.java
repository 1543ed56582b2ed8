/** Tests of loading policies; one case a file below {@code policy-load}. */
@NullMarked
package io.openshell.core.policy;

import org.jspecify.annotations.NullMarked;
