package io.openshell.cli.credential;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.core.provider.ProvidedCredential;
import io.openshell.core.provider.Provider;
import io.openshell.core.provider.ValueSource;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the values of credentials, once. All that is wrong is said at once, and nothing is left of what was read then.
 * Afterwards the variables that were read are overwritten in this process.
 */
public final class CredentialLoader {

    /** One line break of either kind may end a file. */
    private static final int LINE_BREAK = 2;

    private final SecretVariables variables;
    private final AgentPaths agent;
    private final Instant now;

    /**
     * @param variables this process's
     * @param agent what the agent sees
     * @param now what has expired by then is refused
     */
    public CredentialLoader(SecretVariables variables, AgentPaths agent, Instant now) {
        this.variables = variables;
        this.agent = agent;
        this.now = now;
    }

    /**
     * Reads the values.
     *
     * @throws CredentialRefusedException with all that is wrong
     */
    public LoadedCredentials load(List<Provider> providers) throws CredentialRefusedException {
        Reading reading = new Reading();
        try {
            providers.forEach(reading::provider);
            return reading.loaded();
        } finally {
            reading.wipe();
            reading.read.forEach(variables::erase);
        }
    }

    /** A value that was found, and all that was said about its key. */
    private static final class Found {
        private final ValueSource source;
        private final byte[] value;
        private final Map<String, CredentialBinding> bindings = new LinkedHashMap<>();
        private Optional<Instant> expiry = Optional.empty();

        Found(ValueSource source, byte[] value) {
            this.source = source;
            this.value = value;
        }

        void also(ProvidedCredential credential) {
            credential.bindings().forEach(binding -> bindings.put(binding.toString(), binding));
            expiry = Stream.concat(expiry.stream(), credential.expiresAt().stream())
                    .min(Comparator.naturalOrder());
        }
    }

    /** The reading of all. */
    private final class Reading {
        private final Map<String, Found> found = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private final Set<String> read = new LinkedHashSet<>();

        void provider(Provider provider) {
            boolean any = false;
            for (ProvidedCredential credential : provider.credentials()) {
                any |= take(provider, credential);
            }
            if (!any && provider.credentials().stream().noneMatch(ProvidedCredential::required)) {
                problems.add(provider.name() + ": none of its variables is set (expected: one of "
                        + provider.credentials().stream()
                                .map(credential -> credential.source().toString())
                                .collect(Collectors.joining(", "))
                        + "; set it with: export NAME=...)");
            }
        }

        /** Whether there is a value. */
        private boolean take(Provider provider, ProvidedCredential credential) {
            Optional<byte[]> value;
            try {
                value = value(provider, credential);
            } catch (CredentialRefusedException e) {
                problems.add(String.valueOf(e.getMessage()));
                return true;
            }
            value.ifPresent(bytes -> keep(credential, bytes));
            return value.isPresent();
        }

        private Optional<byte[]> value(Provider provider, ProvidedCredential credential)
                throws CredentialRefusedException {
            return switch (credential.source()) {
                case ValueSource.Variable variable -> {
                    Optional<byte[]> bytes = variables.bytes(variable.name());
                    read.add(variable.name());
                    if (bytes.isEmpty() && credential.required()) {
                        throw new CredentialRefusedException(provider.name() + ": " + variable.name()
                                + ": not set (expected: a variable with the value, as after: export "
                                + variable.name() + "=...)");
                    }
                    yield bytes;
                }
                case ValueSource.SecretFile file -> Optional.of(content(provider, credential.key(), file));
            };
        }

        private byte[] content(Provider provider, String key, ValueSource.SecretFile file)
                throws CredentialRefusedException {
            byte[] bytes = new GuardedFile(provider.name() + ": " + key, file.path())
                    .secret(agent, Credential.MAX_BYTES + LINE_BREAK);
            int end = bytes.length;
            if (end > 0 && bytes[end - 1] == '\n') {
                end -= end > 1 && bytes[end - 2] == '\r' ? LINE_BREAK : 1;
            }
            byte[] value = Arrays.copyOf(bytes, end);
            Arrays.fill(bytes, (byte) 0);
            return value;
        }

        private void keep(ProvidedCredential credential, byte[] value) {
            String key = credential.key();
            Found before = found.get(key);
            if (before == null) {
                before = new Found(credential.source(), value);
                found.put(key, before);
            } else {
                if (!MessageDigest.isEqual(before.value, value)) {
                    problems.add(key + ": two values, of " + before.source + " and of " + credential.source()
                            + " (expected: one value of a key)");
                }
                Arrays.fill(value, (byte) 0);
            }
            before.also(credential);
            credential
                    .expiresAt()
                    .filter(expiry -> !now.isBefore(expiry))
                    .ifPresent(expiry ->
                            problems.add(key + ": expired at " + expiry + " (expected: a credential that is good)"));
        }

        LoadedCredentials loaded() throws CredentialRefusedException {
            List<Credential> credentials = new ArrayList<>();
            List<ProvidedCredential> origins = new ArrayList<>();
            try {
                found.forEach((key, it) -> {
                    credential(key, it).ifPresent(credentials::add);
                    origins.add(
                            new ProvidedCredential(key, it.source, List.copyOf(it.bindings.values()), it.expiry, true));
                });
                Optional<Credentials> all = all(credentials);
                if (!problems.isEmpty() || all.isEmpty()) {
                    throw new CredentialRefusedException(problems);
                }
                return new LoadedCredentials(all.get(), origins);
            } catch (CredentialRefusedException e) {
                credentials.forEach(Credential::close);
                throw e;
            }
        }

        private Optional<Credential> credential(String key, Found it) {
            try {
                return Optional.of(
                        Credential.owning(key, it.value.clone(), List.copyOf(it.bindings.values()), it.expiry));
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage() + ", of " + it.source);
                return Optional.empty();
            }
        }

        private Optional<Credentials> all(List<Credential> credentials) {
            try {
                return Optional.of(Credentials.of(credentials));
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        void wipe() {
            found.values().forEach(it -> Arrays.fill(it.value, (byte) 0));
        }
    }
}
