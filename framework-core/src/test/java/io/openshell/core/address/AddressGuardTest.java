package io.openshell.core.address;

import static io.openshell.core.address.AllowedAddressesTest.allowed;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of behaviour sections 6 and 18.4, by the rules of the seed. */
class AddressGuardTest {

    private static final Optional<InetAddress> NO_GATEWAY = Optional.empty();

    private static List<InetAddress> addresses(String spaced) {
        return Arrays.stream(spaced.split(" "))
                .filter(it -> !it.isEmpty())
                .map(AddressClassTest::address)
                .toList();
    }

    private static AddressGuard.Outcome check(int port, String addresses, AllowedAddresses allowed) {
        return AddressGuard.check("h.example.com", port, addresses(addresses), allowed, false, NO_GATEWAY);
    }

    private static String refused(AddressGuard.Outcome outcome, String detail) {
        assertThat(outcome).isInstanceOf(AddressGuard.Refused.class);
        AddressGuard.Refused refused = (AddressGuard.Refused) outcome;
        assertThat(refused.detail()).isEqualTo(detail);
        return refused.reason();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "8.8.8.8 1.1.1.1"})
    void public_addresses_pass(String addresses) {
        assertThat(check(443, addresses, AllowedAddresses.none()))
                .isEqualTo(new AddressGuard.Permitted(addresses(addresses)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "0.0.0.0",
                "0.1.2.3",
                "100.64.0.1",
                "192.0.0.1",
                "192.0.2.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fec0::1",
                "fd00:ec2::254",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::ffff:100.64.0.1",
                "::127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "2002:a9fe:a9fe::",
                "2001:0:a9fe:a9fe::",
            })
    void internal_addresses_are_refused_unless_allowed(String address) {
        String shown = IpLiteral.canonical(AddressClassTest.address(address));
        assertThat(refused(check(443, address, AllowedAddresses.none()), "internal address"))
                .isEqualTo("h.example.com resolves to internal address " + shown + ", connection rejected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8 10.0.0.1", "10.0.0.1 8.8.8.8", "8.8.8.8 ::1"})
    void one_bad_address_refuses_all(String addresses) {
        refused(check(443, addresses, AllowedAddresses.none()), "internal address");
    }

    @Test
    void no_address_is_a_refusal() {
        assertThat(refused(check(443, "", allowed("10.0.0.0/24")), "host has no address"))
                .isEqualTo("DNS resolution returned no addresses for h.example.com:443");
    }

    @Test
    void allowed_ips_allow_these_and_no_others() {
        AllowedAddresses allowed = allowed("10.0.0.0/24", "fd00:1::/64");
        assertThat(check(443, "10.0.0.7 fd00:1::1", allowed)).isInstanceOf(AddressGuard.Permitted.class);
        assertThat(refused(check(443, "10.0.1.7", allowed), "allowed_ips check failed"))
                .isEqualTo("h.example.com resolves to 10.0.1.7 which is not in allowed_ips, connection rejected");
        refused(check(443, "8.8.8.8", allowed), "allowed_ips check failed");
        refused(check(443, "10.0.0.7 10.0.1.7", allowed), "allowed_ips check failed");
    }

    @Test
    void allowed_ips_do_not_allow_what_is_always_blocked() {
        AllowedAddresses everything = allowed("fc00::/7", "224.0.0.0/4", "64:ff9b::/96");
        assertThat(refused(check(443, "fd00:ec2::254", everything), "allowed_ips check failed"))
                .isEqualTo("h.example.com resolves to always-blocked address fd00:ec2::254, connection rejected");
        refused(check(443, "224.0.0.1", everything), "allowed_ips check failed");
        refused(check(443, "64:ff9b::127.0.0.1", everything), "allowed_ips check failed");
        assertThat(check(443, "64:ff9b::10.0.0.1", everything)).isInstanceOf(AddressGuard.Permitted.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {2379, 2380, 6443, 10250, 10255})
    void ports_of_control_planes_are_refused_where_internal_addresses_are_allowed(int port) {
        assertThat(refused(check(port, "10.0.0.7", allowed("10.0.0.0/24")), "allowed_ips check failed"))
                .isEqualTo("port " + port + " is a blocked control-plane port, connection rejected");
        assertThat(check(port, "8.8.8.8", AllowedAddresses.none())).isInstanceOf(AddressGuard.Permitted.class);
    }

    @Test
    void an_endpoint_without_a_list_beside_one_with_a_list_keeps_its_public_addresses() {
        AllowedAddresses both = AllowedAddresses.union(List.of(AllowedAddresses.none(), allowed("10.0.0.0/24")));
        assertThat(check(443, "8.8.8.8", both)).isInstanceOf(AddressGuard.Permitted.class);
        assertThat(check(443, "10.0.0.1", both)).isInstanceOf(AddressGuard.Permitted.class);
        refused(check(443, "10.0.0.1 8.8.8.8", both), "allowed_ips check failed");
        refused(check(443, "127.0.0.1", both), "allowed_ips check failed");
    }

    private static AddressGuard.Outcome literal(String address, int port, AllowedAddresses allowed) {
        return AddressGuard.check(address, port, addresses(address), allowed, true, NO_GATEWAY);
    }

    @Test
    void a_declared_literal_allows_itself() {
        assertThat(literal("10.0.0.5", 443, AllowedAddresses.none())).isInstanceOf(AddressGuard.Permitted.class);
        assertThat(literal("fd00::5", 443, AllowedAddresses.none())).isInstanceOf(AddressGuard.Permitted.class);
        refused(literal("10.0.0.5", 6443, AllowedAddresses.none()), "allowed_ips check failed");
        refused(literal("10.0.0.5", 443, allowed("10.0.1.0/24")), "allowed_ips check failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "fd00:ec2::254"})
    void a_declared_literal_that_is_always_blocked_is_refused(String address) {
        refused(literal(address, 443, AllowedAddresses.none()), "internal address");
    }

    private static AddressGuard.Outcome alias(String host, String addresses, int port, String gateway) {
        return AddressGuard.check(
                host,
                port,
                addresses(addresses),
                AllowedAddresses.none(),
                false,
                AddressGuard.trustedGateway(AddressClassTest.address(gateway)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.openshell.internal", "host.containers.internal", "host.docker.internal"})
    void the_trusted_gateway_is_reached_by_its_aliases(String host) {
        assertThat(alias(host, "169.254.1.1", 8080, "169.254.1.1")).isInstanceOf(AddressGuard.Permitted.class);
    }

    @Test
    void the_trusted_gateway_is_reached_by_nothing_else() {
        String detail = "trusted-gateway check failed";
        assertThat(refused(alias("host.docker.internal", "169.254.1.2", 80, "169.254.1.1"), detail))
                .isEqualTo("host.docker.internal resolves to 169.254.1.2 which does not match trusted host gateway"
                        + " 169.254.1.1, connection rejected");
        assertThat(refused(alias("host.docker.internal", "169.254.169.254", 80, "169.254.1.1"), detail))
                .isEqualTo("host.docker.internal resolves to cloud metadata address 169.254.169.254,"
                        + " connection rejected");
        for (String other : List.of("127.0.0.1", "0.0.0.0", "10.0.0.1", "8.8.8.8", "169.254.1.1 10.0.0.1")) {
            refused(alias("host.docker.internal", other, 80, "169.254.1.1"), detail);
        }
        assertThat(refused(alias("host.docker.internal", "169.254.1.1", 6443, "169.254.1.1"), detail))
                .contains("control-plane port");
        refused(alias("other.example.com", "169.254.1.1", 80, "169.254.1.1"), "internal address");
    }

    @ParameterizedTest
    @CsvSource({
        "169.254.169.254",
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.17.0.1",
        "192.168.0.1",
        "8.8.8.8",
        "fd00:ec2::254"
    })
    void only_an_address_of_the_link_can_be_a_trusted_gateway(String candidate) {
        assertThat(AddressGuard.trustedGateway(AddressClassTest.address(candidate)))
                .isEmpty();
        refused(alias("host.docker.internal", "169.254.1.1", 80, candidate), "internal address");
    }
}
