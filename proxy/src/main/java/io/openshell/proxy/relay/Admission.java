package io.openshell.proxy.relay;

import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.EndpointSet;
import io.openshell.core.event.Actor;
import io.openshell.core.event.Destination;
import io.openshell.core.event.Ruling;
import io.openshell.proxy.egress.Clearance;
import io.openshell.proxy.sandbox.PolicyGeneration;
import java.net.InetAddress;
import java.util.List;

/**
 * A connection that was allowed: who made it, where it may go, and which policy said so. When another policy takes
 * over, the connection is decided again.
 */
final class Admission {

    private final SandboxRelay sandbox;
    private final ConnectionFacts facts;
    private final Actor actor;
    private final Destination destination;
    private final List<InetAddress> addresses;
    private final long admittedBy;
    private long generation;
    private ConnectionDecision.Allowed decision;
    private boolean ended;

    Admission(
            SandboxRelay sandbox,
            ConnectionFacts facts,
            Actor actor,
            PolicyGeneration generation,
            ConnectionDecision.Allowed decision,
            List<InetAddress> addresses) {
        this.sandbox = sandbox;
        this.facts = facts;
        this.actor = actor;
        this.destination = new Destination(facts.host(), facts.port());
        this.addresses = List.copyOf(addresses);
        this.admittedBy = generation.number();
        this.generation = generation.number();
        this.decision = decision;
    }

    String host() {
        return facts.host();
    }

    int port() {
        return facts.port();
    }

    String binary() {
        return facts.binary();
    }

    Actor actor() {
        return actor;
    }

    Destination destination() {
        return destination;
    }

    /** The addresses that were checked, and the only ones that may be dialled. */
    List<InetAddress> addresses() {
        return addresses;
    }

    long generation() {
        return generation;
    }

    EndpointSet endpoints() {
        return decision.endpoints();
    }

    String policyName() {
        return decision.policyName();
    }

    String ruleId() {
        return decision.ruleId();
    }

    /** Whether the policy now in force allows the connection; decides anew if it is another than before. */
    boolean renew() {
        PolicyGeneration now = sandbox.policy();
        if (now.number() == generation) {
            return !ended;
        }
        String refusal = switch (Decisions.connection(now.policy(), facts)) {
            case ConnectionDecision.Denied denied -> denied.reason();
            case ConnectionDecision.Allowed allowed -> adopt(now, allowed);
        };
        if (!refusal.isEmpty()) {
            end(now.number(), refusal);
        }
        return !ended;
    }

    /** Whether bytes may go on passing unread. */
    boolean stillRaw(boolean endsWithPolicy) {
        if (sandbox.policy().number() == generation) {
            return !ended;
        }
        if (!renew()) {
            return false;
        }
        if (endsWithPolicy || !(endpoints().tlsSkip() || endpoints().kind() == EndpointSet.Kind.RAW)) {
            end(generation, "what the tunnel carries is not read, and the policy has changed");
        }
        return !ended;
    }

    /** Whether the policy that admitted the connection is still in force. */
    boolean samePolicy() {
        if (sandbox.policy().number() != generation) {
            end(sandbox.policy().number(), "the policy that opened the stream is no longer in force");
        }
        return !ended;
    }

    /** Records that an allowed connection could not be made, or broke. */
    void failed(String reason) {
        sandbox.emit(sandbox.networkEvents().failed(destination, actor, reason));
    }

    /** Records that the connection was refused after all, by the policy's hosts and names. */
    void denied(String reason) {
        denied(Ruling.POLICY, reason);
    }

    /** Records that something within the connection was refused before any request of it could be judged. */
    void denied(String engine, String reason) {
        sandbox.emit(sandbox.networkEvents().denied(destination, actor, ruling(engine, reason, 0)));
    }

    /** Records the connection's end. */
    void closed(long bytesOut, long bytesIn) {
        sandbox.emit(
                sandbox.networkEvents().closed(destination, actor, ruling(Ruling.POLICY, "", 0), bytesOut, bytesIn));
    }

    Ruling ruling(String engine, String reason, long decisionNanos) {
        return new Ruling(policyName(), ruleId(), engine, reason, generation, decisionNanos);
    }

    private String adopt(PolicyGeneration now, ConnectionDecision.Allowed allowed) {
        Clearance clearance = sandbox.egress()
                .check(
                        facts.host(),
                        facts.port(),
                        addresses,
                        allowed.endpoints().allowedAddresses());
        if (clearance instanceof Clearance.Blocked blocked) {
            return blocked.reason();
        }
        generation = now.number();
        decision = allowed;
        return "";
    }

    private void end(long current, String why) {
        ended = true;
        String reason = "tunnel closed after policy reload [captured_generation:" + admittedBy + " current_generation:"
                + current + "]: " + why;
        sandbox.emit(sandbox.networkEvents().denied(destination, actor, ruling(Ruling.POLICY, reason, 0)));
    }
}
