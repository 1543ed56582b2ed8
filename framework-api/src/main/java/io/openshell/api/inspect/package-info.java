/**
 * Protocol inspectors: compiled from an endpoint's own keys when a policy is loaded, asked for each request,
 * message or stretch of bytes.
 *
 * <p>An inspector is immutable, may be asked from any thread, and does no I/O. It judges; the core acts: in
 * {@code enforcement: audit} a {@link io.openshell.api.inspect.Verdict.Denied} is recorded and passes, a
 * {@link io.openshell.api.inspect.Verdict.Unreadable} never does. A call that throws or returns {@code null} is
 * unreadable. Calls are made on threads that carry traffic: a few microseconds are usual, a millisecond is long.
 *
 * <p>The first question is what the protocol rides on. One that rides on HTTP requests is a {@link
 * io.openshell.api.inspect.RequestInspector}: the core parses, and the inspector sees method, canonical path, decoded
 * query, headers and as much of the body as it asks for. One with bytes of its own is a {@link
 * io.openshell.api.inspect.ConnectionInspector}: it opens a {@link io.openshell.api.inspect.StreamInspector} for each
 * connection, which gets the bytes in any division, and hands on what may pass. A protocol that begins as HTTP and then
 * changes is both: {@link io.openshell.api.inspect.RequestInspector#inspectUpgrade} opens the stream.
 */
@NullMarked
package io.openshell.api.inspect;

import org.jspecify.annotations.NullMarked;
