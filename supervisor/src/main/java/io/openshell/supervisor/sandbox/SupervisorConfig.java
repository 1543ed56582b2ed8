package io.openshell.supervisor.sandbox;

import io.openshell.core.event.EventSink;
import io.openshell.supervisor.prelude.LauncherBroker;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What a supervisor works with.
 *
 * @param broker starts launchers on this machine; stays the caller's
 * @param drivers the platforms
 * @param events where events go; stays the caller's
 * @param clock dates events and certificates
 * @param progress told, in one line each, of steps that may take more than a second
 */
public record SupervisorConfig(
        LauncherBroker broker, DriverCatalog drivers, EventSink events, Clock clock, Consumer<String> progress) {}
