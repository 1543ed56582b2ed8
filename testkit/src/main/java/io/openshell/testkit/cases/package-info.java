/**
 * Hostile HTTP as a table: what a client or an upstream sends, what the client gets, and what must not reach the
 * other side. Whoever runs a proxy can be held to it; this project's own tests run every row against the real one.
 */
@NullMarked
package io.openshell.testkit.cases;

import org.jspecify.annotations.NullMarked;
