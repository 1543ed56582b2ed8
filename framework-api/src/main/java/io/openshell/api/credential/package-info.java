/**
 * Credential rewriters: they put secrets where placeholders stand, or sign, last before the wire, after every
 * decision and every event.
 *
 * <p>A rewriter sees one part of a request at a time, and a vault that holds only what is bound to this
 * request's destination. It does no I/O and keeps nothing. A {@code null}, an exception or a refusal keeps the
 * request from being sent.
 */
@NullMarked
package io.openshell.api.credential;

import org.jspecify.annotations.NullMarked;
