/**
 * Security events: what they hold, how they are written, and how they leave the threads that carry traffic.
 *
 * <p>{@link io.openshell.core.event.NetworkEvents} and its siblings make events, one factory for each OCSF class.
 * {@link io.openshell.core.event.EventPipeline} takes them without blocking, renders and writes them on a thread of its
 * own, and reports what it had to drop as an event. No event holds a secret, a placeholder, a body, a query string or a
 * command's arguments; whatever stands in a field, an event is one line.
 */
@NullMarked
package io.openshell.core.event;

import org.jspecify.annotations.NullMarked;
