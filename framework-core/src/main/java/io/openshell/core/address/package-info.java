/**
 * Internet addresses: which are internal under every disguise, and to which a connection may be made
 * (protection against server-side request forgery). No lookups happen here.
 */
@NullMarked
package io.openshell.core.address;

import org.jspecify.annotations.NullMarked;
