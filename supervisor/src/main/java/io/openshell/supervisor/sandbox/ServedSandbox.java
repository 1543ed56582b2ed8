package io.openshell.supervisor.sandbox;

import io.openshell.core.credential.CredentialStore;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.proxy.sandbox.NameResolver;
import io.openshell.proxy.sandbox.PeerIdentities;
import io.openshell.proxy.sandbox.PolicyGeneration;
import io.openshell.proxy.sandbox.SandboxContext;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import java.util.function.Supplier;

/** One sandbox as its proxy sees it. */
record ServedSandbox(
        SandboxInfo info,
        Supplier<PolicyGeneration> policy,
        PeerIdentities identities,
        NameResolver names,
        EventSink events,
        SandboxAuthority authority,
        UpstreamTrust trust,
        CredentialStore credentials,
        InferenceSettings inference)
        implements SandboxContext {}
