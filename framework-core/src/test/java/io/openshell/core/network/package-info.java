@NullMarked
package io.openshell.core.network;

import org.jspecify.annotations.NullMarked;
