/**
 * Where a request goes: host, authority, path and query in the one form that is decided on and sent.
 */
@NullMarked
package io.openshell.core.target;

import org.jspecify.annotations.NullMarked;
