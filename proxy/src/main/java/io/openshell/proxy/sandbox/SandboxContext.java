package io.openshell.proxy.sandbox;

import io.openshell.core.credential.CredentialStore;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** One sandbox, as its proxy sees it. Every method may be called from any thread, and none blocks. */
public interface SandboxContext {

    /** Who the sandbox is. */
    SandboxInfo info();

    /** The policy in force. Asked for each request, so it only reads a reference. */
    Supplier<PolicyGeneration> policy();

    /** Finds out who made a connection. */
    PeerIdentities identities();

    /** Resolves names as the sandbox would. */
    NameResolver names();

    /** Takes the events. */
    EventSink events();

    /** Makes the certificates that the agent sees. */
    SandboxAuthority authority();

    /** Whom upstream servers are verified against. */
    UpstreamTrust trust();

    /** The credentials that requests may carry; without any, no placeholder can be resolved, and none leaves. */
    CredentialStore credentials();

    /** What inference it has; none unless the user configured some. */
    default InferenceSettings inference() {
        return InferenceSettings.NONE;
    }

    /** The host's link-local address that the gateway aliases stand for, if it was found when the sandbox started. */
    default Optional<InetAddress> trustedGateway() {
        return Optional.empty();
    }
}
