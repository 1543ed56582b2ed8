/**
 * Compute drivers: they start, find, stop and remove the workload in which a sandbox's launcher runs, on one
 * kind of platform.
 *
 * <p>A driver reports what it sees and never decides: it knows no policy. It starts the launcher, which the
 * core then talks to over the control socket; mounts, users, Landlock and seccomp are between these two. Calls
 * block and are made on threads that may block. Every call can be repeated: creating what exists, stopping what
 * is stopped and deleting what is gone succeed and change nothing.
 */
@NullMarked
package io.openshell.api.compute;

import org.jspecify.annotations.NullMarked;
