/** The commands of the built distribution. */
@NullMarked
package io.openshell.distribution.cli;

import org.jspecify.annotations.NullMarked;
