/**
 * What the supervisor does to itself before it reads its first argument: it sets a small native broker apart
 * that can still start launchers, and then gives up, on every thread and for ever, the calls that change
 * mounts, load code into the kernel or observe it.
 */
@NullMarked
package io.openshell.supervisor.prelude;

import org.jspecify.annotations.NullMarked;
