@NullMarked
package io.openshell.proxy.tls;

import org.jspecify.annotations.NullMarked;
