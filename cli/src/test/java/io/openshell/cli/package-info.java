@NullMarked
package io.openshell.cli;

import org.jspecify.annotations.NullMarked;
