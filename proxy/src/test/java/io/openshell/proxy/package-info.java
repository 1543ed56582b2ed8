/** The real proxy on loopback, and what its tests need around it. */
@NullMarked
package io.openshell.proxy;

import org.jspecify.annotations.NullMarked;
