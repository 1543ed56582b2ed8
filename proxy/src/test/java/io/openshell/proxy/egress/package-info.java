@NullMarked
package io.openshell.proxy.egress;

import org.jspecify.annotations.NullMarked;
