/**
 * Protocol inspectors: compiled from an endpoint's own keys when a policy is loaded, asked for each request,
 * message or stretch of bytes.
 *
 * <p>An inspector is immutable, may be asked from any thread, and does no I/O. It judges; the core acts: in
 * {@code enforcement: audit} a {@link io.openshell.api.inspect.Verdict.Denied} is recorded and passes, a
 * {@link io.openshell.api.inspect.Verdict.Unreadable} never does. A call that throws, returns {@code null} or
 * outlasts its time is unreadable.
 */
@NullMarked
package io.openshell.api.inspect;

import org.jspecify.annotations.NullMarked;
