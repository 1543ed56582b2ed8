@NullMarked
package io.openshell.core.match;

import org.jspecify.annotations.NullMarked;
