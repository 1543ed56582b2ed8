/**
 * The control socket between a supervisor and its launcher, as {@code docs/control-protocol.md} describes it:
 * frames of tag-length-value fields over a Unix socket, with descriptors beside them. Both sides are strict:
 * whatever is not exactly as the protocol says is a {@link
 * io.openshell.supervisor.control.MalformedFrameException}, and ends the sandbox.
 */
@NullMarked
package io.openshell.supervisor.control;

import org.jspecify.annotations.NullMarked;
