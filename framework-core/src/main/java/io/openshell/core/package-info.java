/** Decisions without sockets: policy, matchers, plugin host and events. */
@NullMarked
package io.openshell.core;

import org.jspecify.annotations.NullMarked;
