@NullMarked
package io.openshell.core.echo;

import org.jspecify.annotations.NullMarked;
