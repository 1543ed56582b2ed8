/**
 * Hosts, paths, values and executables as policies write them, compiled once. Nothing here goes back over its
 * text, so that a hostile text costs no more than another of its length.
 */
@NullMarked
package io.openshell.core.match;

import org.jspecify.annotations.NullMarked;
