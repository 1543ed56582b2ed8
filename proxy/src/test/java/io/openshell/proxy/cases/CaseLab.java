package io.openshell.proxy.cases;

import static io.openshell.testkit.cases.HttpCase.HOST;
import static io.openshell.testkit.cases.HttpCase.SLASH_HOST;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import io.openshell.testkit.cases.HttpCase.Way;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The proxy with the policy that the table assumes, and a recording upstream behind each of its ports. */
final class CaseLab implements AutoCloseable {

    private static final String RULES =
            "protocol: prefix, enforcement: enforce, allow: [GET /public/, HEAD /public/, POST /public/, PUT /public/]";

    private final RecordingUpstream plain;
    private final RecordingUpstream tls;
    private final ProxyFixture proxy;

    CaseLab(Function<ReceivedRequest, Reply> script) throws IOException {
        plain = RecordingUpstream.plain(script);
        tls = RecordingUpstream.tls(ProxyFixture.LAB.issue(HOST, SLASH_HOST).serverContext(), script);
        proxy = ProxyFixture.withPolicies(policy())
                .host(HOST, 80, plain.address())
                .host(HOST, 443, tls.address())
                .host(SLASH_HOST, 80, plain.address())
                .host(SLASH_HOST, 443, tls.address())
                .resolve("evil.test", "93.184.216.34");
    }

    private static String policy() {
        String endpoints = Stream.of(
                        HOST + ", ports: [80, 443], " + RULES,
                        SLASH_HOST + ", ports: [80, 443], allow_encoded_slash: true, " + RULES,
                        "\"*.wild.test\", port: 443, " + RULES,
                        "\"*-api.part.test\", port: 443, " + RULES)
                .map(endpoint -> "    - { host: " + endpoint + " }\n")
                .collect(Collectors.joining());
        return "test:\n  endpoints:\n" + endpoints + "  binaries:\n    - { path: " + ProxyFixture.BINARY + " }\n";
    }

    /** A client that is where the case's bytes go. */
    RawClient open(Way way, String host) throws IOException {
        return switch (way) {
            case TLS_TUNNEL -> proxy.tlsTunnel(host, 443);
            case PLAIN_TUNNEL -> proxy.tunnel(host, 80);
            case FORWARD, LISTENER -> proxy.connect();
        };
    }

    /** What all upstreams got, all bytes of it. */
    String received() {
        return plain.text() + tls.text();
    }

    /** The lines of the complete requests that upstreams got. */
    List<String> requestLines() {
        return Stream.of(plain, tls)
                .flatMap(upstream -> upstream.requests().stream())
                .map(ReceivedRequest::line)
                .toList();
    }

    void forget() {
        plain.forget();
        tls.forget();
    }

    ProxyFixture proxy() {
        return proxy;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        plain.close();
        tls.close();
    }
}
