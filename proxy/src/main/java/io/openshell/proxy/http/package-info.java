/**
 * HTTP/1 on buffers, strictly: heads, framing, bodies, and the answers that the proxy gives itself. Nothing here
 * knows a channel or a thread.
 *
 * <p>Every parser says what is wrong and which section of RFC 9110 or RFC 9112 says so; none repairs anything.
 * What goes on is written anew from what was understood, never copied with its line ends, padding or framing, so
 * the next hop cannot read a message differently than it was read here.
 *
 * <p>Parsers and writers with state belong to one connection and one thread. Everything else is immutable.
 */
@NullMarked
package io.openshell.proxy.http;

import org.jspecify.annotations.NullMarked;
