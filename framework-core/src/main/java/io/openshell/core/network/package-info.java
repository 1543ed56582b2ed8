/**
 * The network part of a policy: rules, endpoints, executables, and the index that finds an endpoint by host
 * without looking at the others.
 */
@NullMarked
package io.openshell.core.network;

import org.jspecify.annotations.NullMarked;
