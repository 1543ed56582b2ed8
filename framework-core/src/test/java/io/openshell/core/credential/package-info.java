/** Tests of security events. */
@NullMarked
package io.openshell.core.credential;

import org.jspecify.annotations.NullMarked;
