package io.openshell.core.network;

import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.match.HostPattern;
import io.openshell.core.match.PathSelector;
import java.util.Optional;

/**
 * One endpoint of a rule, compiled. Immutable.
 *
 * @param id the stable id, as in {@code network_policies.github.endpoints[0]}
 * @param host which hosts; none means any host, which {@code allowedAddresses} must then narrow
 * @param ports which ports
 * @param path which requests, where several endpoints have the same host and port
 * @param protocol the protocol's name if the endpoint is inspected
 * @param inspector the protocol's rules, there exactly if {@code protocol} is
 * @param tls what becomes of TLS
 * @param enforcement what becomes of a denied request
 * @param allowedAddresses the internal addresses that the host may have
 * @param allowEncodedSlash whether {@code %2F} may stand in a path
 * @param websocketCredentialRewrite whether credentials are put into WebSocket messages
 * @param requestBodyCredentialRewrite whether credentials are put into bodies
 * @param signing what signs the endpoint's requests
 * @param credentialEcho what becomes of responses with secrets; if empty, secrets in text are overwritten and others refused
 */
public record Endpoint(
        String id,
        Optional<HostPattern> host,
        Ports ports,
        PathSelector path,
        Optional<String> protocol,
        Optional<ProtocolInspector> inspector,
        Tls tls,
        Enforcement enforcement,
        AllowedAddresses allowedAddresses,
        boolean allowEncodedSlash,
        boolean websocketCredentialRewrite,
        boolean requestBodyCredentialRewrite,
        Optional<CredentialRewriter> signing,
        Optional<CredentialEcho> credentialEcho) {

    public Endpoint {
        if (host.isEmpty() && allowedAddresses.isNone()) {
            throw new IllegalArgumentException(id + ": host: none (expected: a host, or allowed_ips)");
        }
        if (protocol.isPresent() != inspector.isPresent()) {
            throw new IllegalArgumentException(
                    id + ": inspector: " + inspector.isPresent() + " (expected: one exactly if there is a protocol)");
        }
    }

    /** Whether requests or bytes are read: an inspected protocol whose TLS is not skipped. */
    public boolean inspected() {
        return inspector.isPresent() && tls != Tls.SKIP;
    }
}
