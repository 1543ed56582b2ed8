package io.openshell.proxy.credential;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A proxy of a sandbox with credentials, and an upstream that records, for one of the ways that a request can take. */
final class CredentialLab implements AutoCloseable {

    static final String P = "openshell:resolve:env:";
    static final String SECRET = "s3cr3t-canary";

    /** How requests reach the upstream. */
    enum Route {
        TLS_INSPECTED,
        TLS_PASSTHROUGH,
        PLAIN_INSPECTED,
        PLAIN_PASSTHROUGH,
        FORWARD_INSPECTED,
        FORWARD_PASSTHROUGH;

        boolean tls() {
            return name().startsWith("TLS");
        }

        boolean forward() {
            return name().startsWith("FORWARD");
        }

        boolean inspected() {
            return name().endsWith("INSPECTED");
        }

        int port() {
            return tls() ? 443 : 80;
        }
    }

    final RecordingUpstream upstream;
    final ProxyFixture proxy;
    private final Route route;

    CredentialLab(Route route, String endpointKeys) throws IOException {
        this.route = route;
        this.upstream = route.tls()
                ? RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test", "other.test").serverContext(), CredentialLab::reply)
                : RecordingUpstream.plain(CredentialLab::reply);
        String rules = route.inspected()
                ? ", protocol: prefix, enforcement: enforce, allow: [GET /, POST /, TRACE /]" + endpointKeys
                : endpointKeys;
        String policies = ProxyFixture.onePolicy("host: api.test, port: " + route.port() + rules)
                + ProxyFixture.onePolicy("host: other.test, port: " + route.port() + rules)
                        .replace("test:\n", "two:\n");
        this.proxy = ProxyFixture.withPolicies(policies)
                .host("api.test", route.port(), upstream.address())
                .host("other.test", route.port(), upstream.address());
        proxy.credentials()
                .replace(Credentials.of(List.of(
                        credential("TOKEN", SECRET, "api.test", "api.test:80"),
                        credential("QUOTED", "a\"b&c/d", "api.test", "api.test:80"),
                        credential("BOUND", SECRET, "api.test/v1/**", "api.test:80/v1/**"),
                        credential("SECURE", SECRET, "api.test"),
                        Credential.owning(
                                "OLD",
                                SECRET.getBytes(StandardCharsets.UTF_8),
                                List.of(CredentialBinding.parse("api.test"), CredentialBinding.parse("api.test:80")),
                                Optional.of(Instant.EPOCH)))));
    }

    private static Reply reply(ReceivedRequest request) {
        return Reply.ok("fine");
    }

    static Credential credential(String key, String value, String... bindings) {
        return Credential.owning(
                key,
                value.getBytes(StandardCharsets.UTF_8),
                Arrays.stream(bindings).map(CredentialBinding::parse).toList(),
                Optional.empty());
    }

    /** A client whose next bytes are a request to a host. */
    RawClient client(String host) throws IOException {
        if (route.forward()) {
            return proxy.connect();
        }
        return route.tls() ? proxy.tlsTunnel(host, 443) : proxy.tunnel(host, 80);
    }

    /** A head as the route wants it. */
    String head(String method, String host, String target, String fields) {
        return method + " " + (route.forward() ? "http://" + host : "") + target + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + fields + "\r\n";
    }

    /** Sends a request that must be answered by the upstream, and gives what the upstream got. */
    ReceivedRequest sent(String method, String target, String fields, String body) throws Exception {
        int before = upstream.requests().size();
        try (RawClient client = client("api.test")) {
            int status = client.send((head(method, "api.test", target, fields) + body).getBytes(StandardCharsets.UTF_8))
                    .readResponse(method)
                    .status();
            if (status != 200 || !upstream.awaitRequests(before + 1)) {
                throw new AssertionError(status + " " + proxy.events());
            }
        }
        return upstream.requests().getLast();
    }

    /** Sends a request that must be refused, and gives all that the client got for it. */
    String refused(String method, String host, String target, String fields, String body) throws IOException {
        try (RawClient client = client(host)) {
            client.send((head(method, host, target, fields) + body).getBytes(StandardCharsets.UTF_8));
            return new String(client.readToEnd(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        upstream.close();
    }
}
