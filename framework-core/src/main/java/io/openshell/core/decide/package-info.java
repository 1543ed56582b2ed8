/**
 * The one decision: a pure function of a policy and facts that enforcement, {@code policy explain} and every
 * other reader of a policy share.
 */
@NullMarked
package io.openshell.core.decide;

import org.jspecify.annotations.NullMarked;
