package io.openshell.core.event;

/** Takes security events. Thread-safe. */
@FunctionalInterface
public interface EventSink {

    /** Takes an event. Never blocks and never throws; an event for which there is no room is dropped and counted. */
    void emit(SecurityEvent event);
}
