@NullMarked
package io.openshell.core.address;

import org.jspecify.annotations.NullMarked;
