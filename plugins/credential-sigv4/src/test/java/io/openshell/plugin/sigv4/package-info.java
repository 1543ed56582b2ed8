@NullMarked
package io.openshell.plugin.sigv4;

import org.jspecify.annotations.NullMarked;
