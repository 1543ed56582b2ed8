/** Tests of the whole: the architecture's rules, and what ships, run as a user would. */
@NullMarked
package io.openshell.distribution;

import org.jspecify.annotations.NullMarked;
