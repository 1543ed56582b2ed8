@NullMarked
package io.openshell.supervisor.libc;

import org.jspecify.annotations.NullMarked;
