/**
 * Which program made a connection: the launcher says which processes hold the socket, and this
 * package says whether their executables, and their ancestors', are still the ones that were first seen.
 */
@NullMarked
package io.openshell.supervisor.identity;

import org.jspecify.annotations.NullMarked;
