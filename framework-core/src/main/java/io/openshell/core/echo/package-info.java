/**
 * Finds secrets in what comes back from a destination that was given them: as they are, in base64 or hexadecimal, and
 * with escapes of URLs, JSON or HTML in between.
 *
 * <p>{@link io.openshell.core.echo.EchoPatterns} is compiled once for a set of secrets;
 * {@link io.openshell.core.echo.EchoScanner} reads one stream with it, in pieces of any size.
 */
@NullMarked
package io.openshell.core.echo;

import org.jspecify.annotations.NullMarked;
