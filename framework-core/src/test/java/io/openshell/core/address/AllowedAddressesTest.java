package io.openshell.core.address;

import static io.openshell.core.address.AddressClassTest.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {

    static AllowedAddresses allowed(String... entries) {
        Compilation<AllowedAddresses> result = AllowedAddresses.compile(List.of(entries));
        assertThat(result).isInstanceOf(Compilation.Compiled.class);
        return ((Compilation.Compiled<AllowedAddresses>) result).value();
    }

    private static List<Problem> problems(String... entries) {
        Compilation<AllowedAddresses> result = AllowedAddresses.compile(List.of(entries));
        assertThat(result).as(String.join(", ", entries)).isInstanceOf(Compilation.Rejected.class);
        return ((Compilation.Rejected<AllowedAddresses>) result).problems();
    }

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource({
        "10.0.5.0/24, 10.0.5.20, true",
        "10.0.5.0/24, 10.0.6.20, false",
        "10.0.5.77/24, 10.0.5.20, true",
        "10.0.5.20, 10.0.5.20, true",
        "10.0.5.20, 10.0.5.21, false",
        "10.0.5.20/32, 10.0.5.20, true",
        "10.0.5.20/31, 10.0.5.21, true",
        "10.0.5.16/29, 10.0.5.23, true",
        "10.0.5.16/29, 10.0.5.24, false",
        "fd00:1::/64, fd00:1::77, true",
        "fd00:1::/64, fd00:2::77, false",
        "fd00:1::77, fd00:1::77, true",
        "fd00:1::/64, 10.0.0.1, false",
        "10.0.0.0/8, fd00::1, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
    })
    void a_range_has_its_addresses(String entry, String candidate, boolean expected) {
        assertThat(allowed(entry).contains(address(candidate))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "10.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "10.0.0.0/08",
                "10.0.0.0/ 8",
                "010.0.0.0/8",
                "0x0a.0.0.0/8",
                "fd00::/129",
                "fd00::%eth0/64",
                "[fd00::1]",
                "example.com",
                "10.0.0.1-10.0.0.9",
            })
    void an_entry_that_is_no_range_is_named(String entry) {
        assertThat(problems(entry)).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("[0]");
            assertThat(problem.message()).startsWith("invalid CIDR/IP in allowed_ips: " + entry);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.0/8",
                "127.5.0.0/16",
                "126.0.0.0/7",
                "169.254.0.0/16",
                "169.254.169.254/32",
                "0.0.0.0",
                "0.0.0.0/0",
                "0.0.0.0/8",
                "128.0.0.0/1",
                "::/0",
                "::1",
                "::",
                "fe80::/10",
                "fe80::1/128",
                "fe00::/8",
                "::ffff:127.0.0.1",
                "::ffff:0:0/96",
                "::ffff:169.254.169.254/128",
            })
    void a_range_that_touches_what_is_always_blocked_is_refused(String entry) {
        assertThat(problems(entry))
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.message())
                                .startsWith(
                                        "allowed_ips entry " + entry
                                                + " falls within always-blocked range (loopback/link-local/unspecified); remove this entry"));
    }

    @Test
    void all_problems_come_at_once() {
        assertThat(problems("10.0.0.0/24", "x", "127.0.0.1"))
                .extracting(Problem::path)
                .containsExactly("[1]", "[2]");
    }

    @Test
    void a_very_broad_range_is_a_warning() {
        var compiled = (Compilation.Compiled<AllowedAddresses>)
                AllowedAddresses.compile(List.of("10.0.0.0/8", "10.0.0.0/16", "fc00::/7"));
        assertThat(compiled.warnings()).extracting(Problem::path).containsExactly("[0]", "[2]");
        assertThat(compiled.warnings().getFirst().message()).startsWith("very broad CIDR in allowed_ips: 10.0.0.0/8");
    }

    @Test
    void a_union_has_the_addresses_of_all() {
        AllowedAddresses union = AllowedAddresses.union(
                List.of(AllowedAddresses.none(), allowed("10.0.0.0/24"), allowed("10.0.1.0/24", "10.0.0.0/24")));
        assertThat(union.ranges()).containsExactly("10.0.0.0/24", "10.0.1.0/24");
        assertThat(union.isNone()).isFalse();
        assertThat(AllowedAddresses.union(List.of(AllowedAddresses.none())).isNone())
                .isTrue();
        assertThat(AllowedAddresses.union(List.of()).isNone()).isTrue();
        assertThat(allowed().isNone()).isTrue();
    }
}
