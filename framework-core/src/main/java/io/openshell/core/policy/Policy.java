package io.openshell.core.policy;

import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.NetworkIndex;
import io.openshell.core.network.NetworkRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A policy, checked and compiled. Immutable; any thread. */
public final class Policy {

    private final FilesystemPolicy filesystem;
    private final LandlockMode landlock;
    private final ProcessIdentity process;
    private final NetworkIndex network;
    private final String canonical;
    private final String hash;

    private Policy(
            FilesystemPolicy filesystem,
            LandlockMode landlock,
            ProcessIdentity process,
            NetworkIndex network,
            String canonical,
            String hash) {
        this.filesystem = filesystem;
        this.landlock = landlock;
        this.process = process;
        this.network = network;
        this.canonical = canonical;
        this.hash = hash;
    }

    static Policy of(
            FilesystemPolicy filesystem,
            LandlockMode landlock,
            ProcessIdentity process,
            NetworkIndex network,
            String canonical) {
        return new Policy(filesystem, landlock, process, network, canonical, sha256(canonical));
    }

    /** Which paths the agent may use. */
    public FilesystemPolicy filesystem() {
        return filesystem;
    }

    /** What happens where Landlock is not to be had. */
    public LandlockMode landlock() {
        return landlock;
    }

    /** Who the agent runs as. */
    public ProcessIdentity process() {
        return process;
    }

    /** Where the agent's programs may connect to, compiled for lookup. */
    public NetworkIndex network() {
        return network;
    }

    /**
     * The policy as YAML, the same text for all spellings of the same policy: what is default is left out, sets are
     * sorted, paths normalised.
     */
    public String canonical() {
        return canonical;
    }

    /** The SHA-256 of {@link #canonical()}, 64 hexadecimal digits in lower case. */
    public String hash() {
        return hash;
    }

    /**
     * Where another policy differs in what the kernel enforces and what therefore stays as it is while a sandbox runs: {@code
     * filesystem_policy}, {@code landlock} and {@code process}.
     *
     * @return a line for each place, {@code path: value (expected: value, ...)}; empty if only {@code network_policies} differ
     */
    public List<String> fixedDifferences(Policy other) {
        return FixedParts.differences(this, other);
    }

    /** The executables that rules name by an exact path, as the policy writes them; sorted. */
    public Set<String> exactBinaryPaths() {
        return network.rules().stream()
                .flatMap(rule -> rule.binaries().stream())
                .filter(BinaryPattern::exact)
                .map(BinaryPattern::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The same policy, in which each exact path of an executable also matches what its symbolic links lead to. The
     * paths as written keep matching; links that were followed before are forgotten. The hash stays.
     *
     * @param resolve the targets of a path in the sandbox's root; empty if there are none or it cannot be read
     */
    public Policy withSymlinks(Function<String, List<String>> resolve) {
        List<NetworkRule> rules = network.rules().stream()
                .map(rule -> new NetworkRule(
                        rule.key(),
                        rule.name(),
                        rule.endpoints(),
                        rule.binaries().stream()
                                .map(binary -> resolved(binary, resolve))
                                .toList()))
                .toList();
        return new Policy(filesystem, landlock, process, NetworkIndex.of(rules), canonical, hash);
    }

    private static BinaryPattern resolved(BinaryPattern binary, Function<String, List<String>> resolve) {
        return binary.exact() ? binary.withTargets(resolve.apply(binary.text())) : binary;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
