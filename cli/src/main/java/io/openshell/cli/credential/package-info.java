/**
 * How somebody who runs a sandbox gives it credentials: what the command line and files say, where the values are read
 * from, and what is refused. Values are arrays of bytes that are overwritten, never strings.
 */
@NullMarked
package io.openshell.cli.credential;

import org.jspecify.annotations.NullMarked;
