package io.openshell.supervisor.sandbox;

import io.openshell.core.credential.CredentialStore;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.policy.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A sandbox to be.
 *
 * @param name what people call it, and its host name: 1 to 40 characters of {@code [a-z0-9-]}
 * @param policy what holds in it
 * @param driver the platform, by its driver's name
 * @param image the image, on platforms that have images
 * @param hosts names that it resolves by itself
 * @param workdir the directory of this machine that appears as {@code /sandbox}; empty for a fresh one
 * @param upstreamCas PEM files with authorities that upstream servers may have besides the system's
 * @param limits how much of the machine it may take
 * @param loopback whether the agent may serve and reach TCP ports of its own; without, the kernel refuses it TCP to
 *     anywhere but the proxy
 * @param container what is asked of it besides, most of it of containers only
 * @param credentials what its placeholders stand for; stays the caller's, who closes it after the sandbox
 * @param outliving what a supervisor that comes back needs; empty if the sandbox ends with its supervisor
 * @param inference what {@code inference.local} is to it; its keys stay the caller's, who clears them after the sandbox
 */
public record SandboxSpec(
        String name,
        Policy policy,
        String driver,
        Optional<String> image,
        List<HostEntry> hosts,
        Optional<Path> workdir,
        List<Path> upstreamCas,
        SandboxLimits limits,
        boolean loopback,
        ContainerOptions container,
        CredentialStore credentials,
        Optional<Outliving> outliving,
        InferenceSettings inference) {

    /** The driver that every distribution has. */
    public static final String LOCAL = "local";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    public SandboxSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1 to 40 lower-case letters, digits and inner dashes)");
        }
        hosts = List.copyOf(hosts);
        upstreamCas = List.copyOf(upstreamCas);
    }

    /** With the default limits, a loopback interface of its own and no credentials; it ends with its supervisor. */
    public SandboxSpec(
            String name,
            Policy policy,
            String driver,
            Optional<String> image,
            List<HostEntry> hosts,
            Optional<Path> workdir,
            List<Path> upstreamCas) {
        this(
                name,
                policy,
                driver,
                image,
                hosts,
                workdir,
                upstreamCas,
                SandboxLimits.DEFAULT,
                true,
                ContainerOptions.NONE,
                CredentialStore.empty(),
                Optional.empty(),
                InferenceSettings.NONE);
    }

    /** A sandbox on this machine with nothing but its policy. */
    public static SandboxSpec local(String name, Policy policy) {
        return new SandboxSpec(name, policy, LOCAL, Optional.empty(), List.of(), Optional.empty(), List.of());
    }
}
