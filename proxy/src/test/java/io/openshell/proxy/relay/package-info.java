@NullMarked
package io.openshell.proxy.relay;

import org.jspecify.annotations.NullMarked;
