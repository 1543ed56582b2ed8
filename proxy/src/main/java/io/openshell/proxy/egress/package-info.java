/**
 * The way out: a name is resolved once, every address is checked, and exactly the checked addresses are dialled.
 * Idle connections are kept for the next request of the same sandbox to the same place.
 */
@NullMarked
package io.openshell.proxy.egress;

import org.jspecify.annotations.NullMarked;
