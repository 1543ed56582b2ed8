package io.openshell.cli;

import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.cli.credential.AgentPaths;
import io.openshell.cli.credential.AgentVariables;
import io.openshell.cli.credential.CredentialLoader;
import io.openshell.cli.credential.CredentialRefusedException;
import io.openshell.cli.credential.LoadedCredentials;
import io.openshell.cli.credential.ProviderDirectory;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.credential.Credentials;
import io.openshell.core.echo.EchoPatterns;
import io.openshell.core.policy.Policy;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import io.openshell.core.provider.ValueSource;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.KeptState.KeptCredential;
import io.openshell.supervisor.control.KeptState.SeenPaths;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The credentials of a run.
 *
 * @param store with the values, which closing overwrites
 * @param kept all of them without their values, for a supervisor that comes back
 * @param agent what the agent sees, and no value may be read from
 */
record RunCredentials(CredentialStore store, List<KeptCredential> kept, AgentPaths agent) implements AutoCloseable {

    /** What the command line asks for. Warns of what it gives the agent in clear. */
    static RunCredentials of(RunOptions options, Policy policy, Session session, int status) throws CommandFailure {
        List<Path> shown = Stream.concat(
                        options.workdir().stream(),
                        options.container().mounts().stream().map(Mount::source))
                .toList();
        AgentPaths agent =
                options.image().isPresent() ? AgentPaths.ofImage(shown) : AgentPaths.of(policy.filesystem(), shown);
        try {
            LoadedCredentials loaded = options.credentials().isEmpty()
                    ? LoadedCredentials.NONE
                    : loader(session, agent)
                            .load(options.credentials().providers(ProviderDirectory.of(session.environment(), agent)));
            CredentialStore store = CredentialStore.of(loaded.credentials());
            try {
                AgentVariables.requireApart(options.environment(), loaded.credentials());
            } catch (CredentialRefusedException e) {
                store.close();
                throw e;
            }
            AgentVariables.warnings(options.environment(), loaded.credentials()).forEach(session.console()::warning);
            warnOfShort(loaded.credentials(), session);
            return new RunCredentials(
                    store, loaded.origins().stream().map(RunCredentials::kept).toList(), agent);
        } catch (CredentialRefusedException e) {
            throw new CommandFailure(status, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Those of a sandbox that is taken over, read again where they came from. Its agent sees what it saw from the start, and what
     * the policy's paths lead to now.
     *
     * @param name the sandbox's
     * @param caller what its run was started with
     * @param now what the policy's paths lead to
     */
    static RunCredentials again(String name, CallerFacts caller, AgentPaths now, Session session, int status)
            throws CommandFailure {
        List<KeptCredential> kept = caller.credentials();
        AgentPaths agent =
                now.with(paths(caller.seen().readable()), paths(caller.seen().writable()));
        if (kept.isEmpty()) {
            return new RunCredentials(CredentialStore.empty(), kept, agent);
        }
        Provider all = new Provider(
                name,
                List.of(),
                "",
                "",
                kept.stream().map(RunCredentials::provided).toList());
        try {
            Credentials loaded = loader(session, agent).load(List.of(all)).credentials();
            warnOfShort(loaded, session);
            return new RunCredentials(CredentialStore.of(loaded), kept, agent);
        } catch (CredentialRefusedException e) {
            throw new CommandFailure(status, e.getMessage() + "\n" + name + " waits for the next 'resume'");
        }
    }

    /** What the agent sees, for a supervisor that comes back. */
    SeenPaths seen() {
        return new SeenPaths(texts(agent.readable()), texts(agent.writable()));
    }

    private static List<String> texts(List<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }

    private static List<Path> paths(List<String> texts) {
        return texts.stream().map(Path::of).toList();
    }

    /** The echo guard would find so few bytes everywhere. */
    private static void warnOfShort(Credentials credentials, Session session) {
        for (String key : EchoPatterns.tooShort(credentials)) {
            session.console()
                    .warning("credential: " + key + ": responses are not searched for its value (expected: at least "
                            + EchoPatterns.SHORTEST_SECRET + " bytes)");
        }
    }

    @Override
    public void close() {
        store.close();
    }

    private static CredentialLoader loader(Session session, AgentPaths agent) {
        return new CredentialLoader(session.secrets(), agent, Instant.now());
    }

    private static KeptCredential kept(ProvidedCredential credential) {
        List<String> bindings =
                credential.bindings().stream().map(CredentialBinding::toString).toList();
        long expiry = credential.expiresAt().map(Instant::toEpochMilli).orElse(0L);
        return switch (credential.source()) {
            case ValueSource.Variable variable ->
                new KeptCredential(credential.key(), false, variable.name(), bindings, expiry);
            case ValueSource.SecretFile file ->
                new KeptCredential(credential.key(), true, file.path().toString(), bindings, expiry);
        };
    }

    private static ProvidedCredential provided(KeptCredential kept) {
        return new ProvidedCredential(
                kept.key(),
                kept.file() ? new ValueSource.SecretFile(Path.of(kept.from())) : new ValueSource.Variable(kept.from()),
                kept.bindings().stream().map(CredentialBinding::parse).toList(),
                Optional.of(kept.expiryMillis()).filter(millis -> millis != 0).map(Instant::ofEpochMilli),
                true);
    }
}
