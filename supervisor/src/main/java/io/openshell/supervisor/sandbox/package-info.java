/**
 * The life of a sandbox: what a policy and a command line become for the launcher, the commands that run inside,
 * and the orderly end of all of it. {@link io.openshell.supervisor.sandbox.Supervisor} is where to begin.
 */
@NullMarked
package io.openshell.supervisor.sandbox;

import org.jspecify.annotations.NullMarked;
