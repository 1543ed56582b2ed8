/** Inspects HTTP requests by method, path and query. */
@NullMarked
package io.openshell.plugin.rest;

import org.jspecify.annotations.NullMarked;
