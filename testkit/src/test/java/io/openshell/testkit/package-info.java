/** Tests of the test kit itself. */
@NullMarked
package io.openshell.testkit;

import org.jspecify.annotations.NullMarked;
