package io.openshell.supervisor.sandbox;

import io.openshell.core.address.IpLiteral;
import io.openshell.core.event.Actor;
import io.openshell.core.event.BypassAttempt;
import io.openshell.core.event.Destination;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.Fact;
import io.openshell.core.event.FindingEvents;
import io.openshell.core.event.NetworkEvents;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.Severity;
import io.openshell.supervisor.control.LauncherMessage.Bypass;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * The events of connections around the proxy, of one sandbox: one for each that the launcher tells of, and a finding
 * for each program and destination. The launcher tells of few, however many there are. Never blocks.
 */
final class BypassLog {

    /** After so many, a program that looks for a way out is no news. */
    private static final int MAX_FINDINGS = 100;

    private final EventSink events;
    private final NetworkEvents network;
    private final FindingEvents findings;
    private final Set<String> found = new HashSet<>();

    BypassLog(EventSink events, SandboxInfo sandbox, InstantSource clock) {
        this.events = events;
        this.network = new NetworkEvents(sandbox, clock);
        this.findings = new FindingEvents(sandbox, clock);
    }

    /** By one thread at a time. */
    void attempted(Bypass bypass) {
        BypassAttempt attempt = new BypassAttempt(
                new Actor(
                        bypass.executable().path(),
                        bypass.pid(),
                        bypass.ancestors().stream()
                                .map(ancestor -> ancestor.executable().path())
                                .toList()),
                new Destination(
                        IpLiteral.canonical(bypass.destination().getAddress()),
                        bypass.destination().getPort()),
                bypass.transport(),
                bypass.suppressed());
        events.emit(network.bypassed(attempt));
        if (found.size() < MAX_FINDINGS && found.add(attempt.actor().binary() + " " + attempt.target())) {
            events.emit(findings.blocked(
                    Severity.MEDIUM,
                    "Proxy Bypass Detected",
                    attempt.hint(),
                    new Fact("type", BypassAttempt.RULE),
                    new Fact("binary", attempt.actor().binary()),
                    new Fact("destination", attempt.destination().toString()),
                    new Fact("protocol", attempt.transport())));
        }
    }
}
