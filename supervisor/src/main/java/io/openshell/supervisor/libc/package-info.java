/**
 * The few C library calls that the JDK has no words for: descriptors over Unix sockets, the terminal, and
 * what hardens this process. Everything here takes and gives plain descriptors; who owns one is said by
 * {@link io.openshell.supervisor.libc.NativeDescriptor}.
 */
@NullMarked
package io.openshell.supervisor.libc;

import org.jspecify.annotations.NullMarked;
