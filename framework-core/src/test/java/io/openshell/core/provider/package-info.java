@NullMarked
package io.openshell.core.provider;

import org.jspecify.annotations.NullMarked;
