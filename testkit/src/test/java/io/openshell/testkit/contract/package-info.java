/** The contract tests on implementations that keep the contracts, and on some that do not. */
@NullMarked
package io.openshell.testkit.contract;

import org.jspecify.annotations.NullMarked;
