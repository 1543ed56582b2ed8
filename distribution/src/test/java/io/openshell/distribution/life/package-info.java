/** A run from its start to its end, on the built distribution: what the agent is, sees, may do and leaves behind. */
@NullMarked
package io.openshell.distribution.life;

import org.jspecify.annotations.NullMarked;
