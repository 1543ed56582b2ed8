/**
 * The protocol {@code rest}: HTTP requests by method, path and query.
 *
 * <p>A deny rule denies a method whatever its case, an allow rule allows the upper-case method only. A request that
 * names a second method (in {@code X-HTTP-Method-Override} or its like, or the parameter {@code _method}) is
 * refused where rules tell methods apart. A WebSocket handshake passes if a rule allows it, and its messages are
 * not read; protocol {@code websocket} reads them.
 */
@NullMarked
package io.openshell.plugin.rest;

import org.jspecify.annotations.NullMarked;
