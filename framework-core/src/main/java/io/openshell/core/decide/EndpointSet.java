package io.openshell.core.decide;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.CredentialEcho;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.network.Tls;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The endpoints that allow one connection: what a tunnel keeps of its policy, and all that decisions on its
 * requests need. Immutable.
 *
 * <p>An endpoint without a protocol never takes another's inspection away, and {@code tls: skip} counts only
 * where no matching endpoint inspects.
 */
public final class EndpointSet {

    /** What has to be read of the connection. */
    public enum Kind {
        /** Nothing: host, port and executable decided. */
        RAW,
        /** HTTP requests. */
        REQUESTS,
        /** Bytes, by one connection inspector. */
        BYTES
    }

    /** Narrow paths first; among equals the enforcing ones, then as the policy orders them. */
    private static final Comparator<CompiledEndpoint> BY_PRECEDENCE = Comparator.<CompiledEndpoint>comparingInt(
                    it -> -it.endpoint().path().specificity())
            .thenComparing(it -> it.endpoint().enforcement() != Enforcement.ENFORCE)
            .thenComparingInt(CompiledEndpoint::order);

    private final String host;
    private final int port;
    private final String binary;
    private final List<CompiledEndpoint> all;
    private final List<CompiledEndpoint> inspected;
    private final CompiledEndpoint first;
    private final Kind kind;
    private final boolean tlsSkip;
    private final boolean encodedSlash;
    private final boolean silentOnEcho;
    private final AllowedAddresses allowedAddresses;

    /** @param matching those whose host, port and executables match; at least one */
    EndpointSet(ConnectionFacts facts, List<CompiledEndpoint> matching) {
        this.host = facts.host();
        this.port = facts.port();
        this.binary = facts.binary();
        this.all = matching.stream().sorted(BY_PRECEDENCE).toList();
        this.inspected = all.stream().filter(it -> it.endpoint().inspected()).toList();
        this.first = all.stream()
                .min(Comparator.comparingInt(CompiledEndpoint::order))
                .orElseThrow();
        this.kind = kind(inspected);
        this.tlsSkip =
                inspected.isEmpty() && all.stream().anyMatch(it -> it.endpoint().tls() == Tls.SKIP);
        this.encodedSlash = all.stream().anyMatch(it -> it.endpoint().allowEncodedSlash());
        this.silentOnEcho =
                all.stream().allMatch(it -> it.endpoint().credentialEcho().isEmpty());
        this.allowedAddresses = AllowedAddresses.union(
                all.stream().map(it -> it.endpoint().allowedAddresses()).toList());
    }

    private static Kind kind(List<CompiledEndpoint> inspected) {
        if (inspected.isEmpty()) {
            return Kind.RAW;
        }
        return inspected.stream().anyMatch(EndpointSet::readsBytes) ? Kind.BYTES : Kind.REQUESTS;
    }

    static boolean readsBytes(CompiledEndpoint endpoint) {
        return endpoint.endpoint().inspector().orElseThrow() instanceof ConnectionInspector;
    }

    /** Whether the bytes pass unread, TLS and all. */
    public boolean tlsSkip() {
        return tlsSkip;
    }

    /** Whether anything of the connection is read. */
    public boolean inspected() {
        return kind != Kind.RAW;
    }

    public Kind kind() {
        return kind;
    }

    /** The internal addresses that the host may have. */
    public AllowedAddresses allowedAddresses() {
        return allowedAddresses;
    }

    /** All endpoints, the narrowest first. */
    public List<CompiledEndpoint> endpoints() {
        return all;
    }

    /** The inspecting ones, the narrowest first. */
    List<CompiledEndpoint> inspecting() {
        return inspected;
    }

    /** The one inspector of the connection's bytes, if the kind is {@link Kind#BYTES}. */
    public Optional<ConnectionInspector> connectionInspector() {
        return kind == Kind.BYTES
                ? Optional.of((ConnectionInspector)
                        inspected.getFirst().endpoint().inspector().orElseThrow())
                : Optional.empty();
    }

    /** Whether some endpoint lets {@code %2F} stand; which one is decided for each request. */
    boolean encodedSlash() {
        return encodedSlash;
    }

    /**
     * What becomes of a response with a secret in it: the strictest that an endpoint for the path says.
     *
     * @return empty for the default, which one that says nothing stands for, and which only {@code block} is stricter than
     */
    public Optional<CredentialEcho> credentialEcho(String path) {
        if (silentOnEcho) {
            return Optional.empty();
        }
        List<Optional<CredentialEcho>> said = all.stream()
                .map(CompiledEndpoint::endpoint)
                .filter(it -> it.path().matches(path))
                .map(Endpoint::credentialEcho)
                .toList();
        boolean blocks = said.contains(Optional.of(CredentialEcho.BLOCK));
        if (!blocks && said.contains(Optional.empty())) {
            return Optional.empty();
        }
        return said.stream().flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** Whether every endpoint lets secrets pass, whatever the path. */
    public boolean allowsCredentialEcho() {
        return all.stream().allMatch(it -> it.endpoint().credentialEcho().equals(Optional.of(CredentialEcho.ALLOW)));
    }

    /** The smallest key of the rules. */
    public String policyName() {
        return first.policyName();
    }

    /** The id of that rule's endpoint. */
    public String ruleId() {
        return first.endpoint().id();
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String binary() {
        return binary;
    }

    static RequestInspector requestInspector(CompiledEndpoint endpoint) {
        return (RequestInspector) endpoint.endpoint().inspector().orElseThrow();
    }

    static String protocol(CompiledEndpoint endpoint) {
        return endpoint.endpoint().protocol().orElseThrow();
    }
}
