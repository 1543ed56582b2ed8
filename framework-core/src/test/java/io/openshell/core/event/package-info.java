/** Tests of security events. */
@NullMarked
package io.openshell.core.event;

import org.jspecify.annotations.NullMarked;
