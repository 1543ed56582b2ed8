/** The table of hostile HTTP, run against the real proxy. */
@NullMarked
package io.openshell.proxy.cases;

import org.jspecify.annotations.NullMarked;
