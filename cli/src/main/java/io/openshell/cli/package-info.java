/** The command line; the only place where the parts are put together. */
@NullMarked
package io.openshell.cli;

import org.jspecify.annotations.NullMarked;
