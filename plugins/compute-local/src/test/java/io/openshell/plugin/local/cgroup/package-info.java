@NullMarked
package io.openshell.plugin.local.cgroup;

import org.jspecify.annotations.NullMarked;
