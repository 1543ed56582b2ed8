@NullMarked
package io.openshell.plugin.docker;

import org.jspecify.annotations.NullMarked;
