package io.openshell.proxy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import io.openshell.testkit.cases.AddressCase;
import io.openshell.testkit.cases.HttpCases;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What names resolve to, through CONNECT and absolute-form. Addresses that pass the check lead nowhere here, so
 * passing shows as 502.
 */
class AddressCasesTest {

    private static final String NAME = "name.open.test";
    private static final String LISTED_NAME = "name.listed.test";

    private static ProxyFixture proxy;

    @BeforeAll
    static void start() throws IOException {
        String ports = "ports: [80, 443, 2379, 2380, 6443, 10250, 10255]";
        String listed = HttpCases.ofAddresses().stream()
                .flatMap(it -> it.allowedIps().stream())
                .distinct()
                .map(address -> "\"" + address + "\"")
                .collect(Collectors.joining(", "));
        proxy = ProxyFixture.withPolicies("test:\n  endpoints:\n    - { host: \"*.open.test\", " + ports + " }\n"
                + "    - { host: \"*.listed.test\", " + ports + ", allowed_ips: [" + listed + "] }\n"
                + "    - { host: flip.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /] }\n"
                + "  binaries:\n    - { path: " + ProxyFixture.BINARY + " }\n");
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    static Stream<AddressCase> cases() {
        return HttpCases.ofAddresses().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void through_connect(AddressCase it) throws IOException {
        String name = nameFor(it);
        try (RawClient client = proxy.connect()) {
            check(it, "CONNECT", name, client.askTunnel(name + ":" + it.port()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void through_absolute_form(AddressCase it) throws IOException {
        String name = nameFor(it);
        String authority = name + ":" + it.port();
        try (RawClient client = proxy.connect()) {
            client.send("GET http://" + authority + "/ HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
            check(it, "GET", name, client.readResponse());
        }
    }

    private static String nameFor(AddressCase it) throws IOException {
        String name = it.allowedIps().isEmpty() ? NAME : LISTED_NAME;
        proxy.resolve(name, it.addresses().toArray(String[]::new));
        return name;
    }

    private static void check(AddressCase it, String method, String name, RawResponse answer) {
        boolean dialled = it.refusal().isEmpty();
        assertThat(answer.status()).as("%s: %s", it, answer).isEqualTo(dialled ? 502 : 403);
        assertThat(answer.text())
                .as("%s", it)
                .contains(
                        dialled
                                ? "\"error\":\"upstream_unreachable\""
                                : "\"error\":\"ssrf_denied\",\"detail\":\"" + method + " " + name + ":" + it.port()
                                        + " blocked: " + it.refusal() + "\"");
    }

    @Test
    void a_name_is_looked_up_once_and_what_was_checked_is_what_is_dialled() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("public"))) {
            proxy.host("flip.test", 80, upstream.address());
            proxy.thenResolve("flip.test", List.of("10.0.0.1"));
            try (RawClient client = proxy.tunnel("flip.test", 80)) {
                for (int i = 0; i < 3; i++) {
                    client.send("GET /" + i + " HTTP/1.1\r\nHost: flip.test\r\n\r\n");
                    assertThat(client.readResponse().text()).isEqualTo("public");
                }
            }
            try (RawClient client = proxy.connect()) {
                assertThat(client.askTunnel("flip.test:80").status()).isEqualTo(403);
            }
            assertThat(upstream.requests()).hasSize(3);
        }
    }
}
