@NullMarked
package io.openshell.core.decide;

import org.jspecify.annotations.NullMarked;
