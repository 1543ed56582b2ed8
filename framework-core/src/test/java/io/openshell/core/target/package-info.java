@NullMarked
package io.openshell.core.target;

import org.jspecify.annotations.NullMarked;
