/**
 * Limits by control groups, of both versions: where this process is among them, where a group for a sandbox can be made,
 * and what the kernel says of it afterwards. {@link io.openshell.plugin.local.cgroup.Cgroups} is the way in.
 */
@NullMarked
package io.openshell.plugin.local.cgroup;

import org.jspecify.annotations.NullMarked;
