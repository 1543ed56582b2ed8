package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Workload;
import io.openshell.core.event.SandboxInfo;
import io.openshell.supervisor.control.KeptState;
import java.util.List;
import java.util.Map;

/** What is known of a sandbox when it stands, for the supervisor after this one. */
final class KeptFacts {

    private KeptFacts() {}

    /** Without trust, commands and authority, which come as they are made. */
    static KeptState of(
            SandboxSpec spec,
            Outliving outliving,
            SandboxInfo info,
            Ground.Prepared prepared,
            SandboxPolicy inForce,
            Workload workload) {
        AgentIdentity identity = prepared.identity();
        return new KeptState(
                new KeptState.Sandbox(info.id(), info.name(), spec.image(), spec.driver(), workload.instance()),
                new KeptState.Agent(
                        identity.user(),
                        identity.uid(),
                        identity.group(),
                        identity.gid(),
                        prepared.place().workdir()),
                new KeptState.KeptPolicy(
                        outliving.source().name(),
                        outliving.source().text(),
                        inForce.get().number(),
                        spec.policy().hash(),
                        inForce.links()),
                spec.hosts().stream()
                        .map(host -> new KeptState.Host(host.name(), host.address()))
                        .toList(),
                spec.upstreamCas().stream()
                        .map(path -> path.toAbsolutePath().toString())
                        .toList(),
                new KeptState.Authority(new byte[0], new byte[0]),
                new KeptState.Trust(Map.of(), true),
                List.of(),
                outliving.caller());
    }
}
