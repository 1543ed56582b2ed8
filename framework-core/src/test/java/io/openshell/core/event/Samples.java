package io.openshell.core.event;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Events and their parts that several tests use. */
final class Samples {

    static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOON);
    static final SandboxInfo SANDBOX = new SandboxInfo("sb-1", "demo", "debian:13");
    static final Actor CURL = new Actor("/usr/bin/curl", 1618, List.of("/usr/bin/bash"));
    static final Destination GITHUB = new Destination("api.github.com", 443);
    static final Ruling ALLOWED =
            new Ruling("github", "network_policies.github.endpoints[0]", Ruling.POLICY, "", 7, 4200);

    static final NetworkEvents NETWORK = new NetworkEvents(SANDBOX, CLOCK);
    static final HttpEvents HTTP = new HttpEvents(SANDBOX, CLOCK);
    static final ProcessEvents PROCESS = new ProcessEvents(SANDBOX, CLOCK);
    static final FindingEvents FINDING = new FindingEvents(SANDBOX, CLOCK);
    static final ConfigEvents CONFIG = new ConfigEvents(SANDBOX, CLOCK);
    static final LifecycleEvents LIFECYCLE = new LifecycleEvents(SANDBOX, CLOCK);

    private Samples() {}

    static Ruling denied(String reason) {
        return new Ruling(Ruling.NONE, "", Ruling.POLICY, reason, 7, 4200);
    }

    static SecurityEvent numbered(int number) {
        return NETWORK.allowed(new Destination("host-" + number + ".example", 443), CURL, ALLOWED);
    }

    /** One event of every kind, with the same text wherever a text can stand. */
    static List<SecurityEvent> everyKindWith(String text) {
        SandboxInfo sandbox = new SandboxInfo(text, text, text);
        Destination destination = new Destination(text, 443);
        Actor actor = new Actor(text, 1, List.of(text, text));
        Ruling ruling = new Ruling(text, text, text, text, 1, 1);
        NetworkEvents network = new NetworkEvents(sandbox, CLOCK);
        HttpEvents http = new HttpEvents(sandbox, CLOCK);
        return List.of(
                network.allowed(destination, actor, ruling),
                network.denied(destination, actor, ruling),
                network.judged(destination, actor, text, text, Action.OBSERVED, ruling),
                network.failed(destination, actor, text),
                network.bypassed(new BypassAttempt(actor, destination, text, 1)),
                network.closed(destination, actor, ruling, 1, 2),
                http.of(new HttpFacts(text, text, text, 80, text), 403, Action.DENIED, actor, ruling),
                new ProcessEvents(sandbox, CLOCK).launchFailed(text, text, text),
                new FindingEvents(sandbox, CLOCK).detected(Severity.HIGH, text, text, new Fact(text, text)),
                new ConfigEvents(sandbox, CLOCK).of(ConfigState.FAILED, text, new Fact(text, text)),
                new LifecycleEvents(sandbox, CLOCK).died(text, text, new Fact("reason", text)));
    }
}
