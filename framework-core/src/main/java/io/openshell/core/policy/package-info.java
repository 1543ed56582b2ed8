/**
 * The policy: from YAML to an immutable, compiled {@link io.openshell.core.policy.Policy}, or to the list of all that
 * is wrong with it. {@link io.openshell.core.policy.PolicyLoader} is the way in.
 *
 * <p>Loading is strict. What is unknown, ambiguous or without effect in a way that could mislead is a problem with
 * file, line, column and path, never something skipped; what is only unusual is a warning.
 */
@NullMarked
package io.openshell.core.policy;

import org.jspecify.annotations.NullMarked;
