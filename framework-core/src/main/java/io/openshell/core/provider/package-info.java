/**
 * Providers: which credentials a service has, where their values come from, and which destinations they are bound to. A
 * provider never holds a value; who runs a sandbox reads that from where {@link io.openshell.core.provider.ValueSource}
 * says.
 */
@NullMarked
package io.openshell.core.provider;

import org.jspecify.annotations.NullMarked;
