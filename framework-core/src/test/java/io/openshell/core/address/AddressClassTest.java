package io.openshell.core.address;

import static io.openshell.core.address.AddressClass.ALWAYS_BLOCKED;
import static io.openshell.core.address.AddressClass.INTERNAL;
import static io.openshell.core.address.AddressClass.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressClassTest {

    static InetAddress address(String text) {
        return IpLiteral.parse(text).orElseThrow(() -> new AssertionError("not an address: " + text));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "1.1.1.1, PUBLIC",
        "9.255.255.255, PUBLIC",
        "10.0.0.0, INTERNAL",
        "10.255.255.255, INTERNAL",
        "11.0.0.0, PUBLIC",
        "100.63.255.255, PUBLIC",
        "100.64.0.0, INTERNAL",
        "100.127.255.255, INTERNAL",
        "100.128.0.0, PUBLIC",
        "126.255.255.255, PUBLIC",
        "127.0.0.0, ALWAYS_BLOCKED",
        "127.0.0.1, ALWAYS_BLOCKED",
        "127.255.255.255, ALWAYS_BLOCKED",
        "128.0.0.0, PUBLIC",
        "0.0.0.0, ALWAYS_BLOCKED",
        "0.0.0.1, ALWAYS_BLOCKED",
        "0.255.255.255, ALWAYS_BLOCKED",
        "1.0.0.0, PUBLIC",
        "169.253.255.255, PUBLIC",
        "169.254.0.0, ALWAYS_BLOCKED",
        "169.254.169.254, ALWAYS_BLOCKED",
        "169.255.0.0, PUBLIC",
        "168.63.129.16, INTERNAL",
        "172.15.255.255, PUBLIC",
        "172.16.0.0, INTERNAL",
        "172.31.255.255, INTERNAL",
        "172.32.0.0, PUBLIC",
        "192.0.0.0, INTERNAL",
        "192.0.0.255, INTERNAL",
        "192.0.1.0, PUBLIC",
        "192.0.2.1, INTERNAL",
        "192.0.3.0, PUBLIC",
        "192.88.99.1, INTERNAL",
        "192.167.255.255, PUBLIC",
        "192.168.0.0, INTERNAL",
        "192.168.255.255, INTERNAL",
        "192.169.0.0, PUBLIC",
        "198.17.255.255, PUBLIC",
        "198.18.0.0, INTERNAL",
        "198.19.255.255, INTERNAL",
        "198.20.0.0, PUBLIC",
        "198.51.100.7, INTERNAL",
        "198.51.101.0, PUBLIC",
        "203.0.113.7, INTERNAL",
        "203.0.114.0, PUBLIC",
        "223.255.255.255, PUBLIC",
        "224.0.0.1, ALWAYS_BLOCKED",
        "239.255.255.255, ALWAYS_BLOCKED",
        "240.0.0.0, INTERNAL",
        "255.255.255.254, INTERNAL",
        "255.255.255.255, ALWAYS_BLOCKED",
        "::, ALWAYS_BLOCKED",
        "::1, ALWAYS_BLOCKED",
        "::2, ALWAYS_BLOCKED",
        "fe80::1, ALWAYS_BLOCKED",
        "febf:ffff::1, ALWAYS_BLOCKED",
        "fec0::1, INTERNAL",
        "feff::1, INTERNAL",
        "fc00::1, INTERNAL",
        "fdff:ffff::1, INTERNAL",
        "fd00:ec2::254, ALWAYS_BLOCKED",
        "fd00:ec2::253, INTERNAL",
        "ff02::1, ALWAYS_BLOCKED",
        "100::1, INTERNAL",
        "2001:db8::1, INTERNAL",
        "3fff::1, INTERNAL",
        "2606:4700:4700::1111, PUBLIC",
        "2a00:1450::1, PUBLIC",
        "::ffff:127.0.0.1, ALWAYS_BLOCKED",
        "::ffff:10.0.0.1, INTERNAL",
        "::ffff:169.254.169.254, ALWAYS_BLOCKED",
        "::ffff:100.64.0.1, INTERNAL",
        "::ffff:8.8.8.8, PUBLIC",
        "::ffff:0.0.0.0, ALWAYS_BLOCKED",
        "::127.0.0.1, ALWAYS_BLOCKED",
        "::169.254.169.254, ALWAYS_BLOCKED",
        "::8.8.8.8, INTERNAL",
        "::ffff:0:127.0.0.1, ALWAYS_BLOCKED",
        "64:ff9b::a9fe:a9fe, ALWAYS_BLOCKED",
        "64:ff9b::127.0.0.1, ALWAYS_BLOCKED",
        "64:ff9b::10.0.0.1, INTERNAL",
        "64:ff9b::8.8.8.8, INTERNAL",
        "64:ff9b:1::169.254.169.254, ALWAYS_BLOCKED",
        "64:ff9b:1:a9fe:a9:fe00::, ALWAYS_BLOCKED",
        "64:ff9b:1::8.8.8.8, ALWAYS_BLOCKED",
        "64:ff9b:1:808:8:800:808:808, INTERNAL",
        "2002:a9fe:a9fe::, ALWAYS_BLOCKED",
        "2002:7f00:1::, ALWAYS_BLOCKED",
        "2002:a00:1::1, INTERNAL",
        "2002:808:808::1, INTERNAL",
        "2001:0:a9fe:a9fe::, ALWAYS_BLOCKED",
        "2001:0:808:808:0:0:80ff:fffe, ALWAYS_BLOCKED",
        "2001:0:808:808:0:0:f7f7:f7f7, INTERNAL",
        "2001:db8::5efe:127.0.0.1, ALWAYS_BLOCKED",
        "2a00:1450::5efe:127.0.0.1, ALWAYS_BLOCKED",
        "2a00:1450::200:5efe:169.254.169.254, ALWAYS_BLOCKED",
        "2a00:1450::5efe:8.8.8.8, INTERNAL",
    })
    void each_range_and_embedding_has_its_class(String text, AddressClass expected) {
        assertThat(AddressClass.of(address(text))).isEqualTo(expected);
    }

    @Property
    void an_embedded_address_is_never_more_public_than_itself(
            @ForAll byte a, @ForAll byte b, @ForAll byte c, @ForAll byte d) throws UnknownHostException {
        AddressClass own = AddressClass.of(InetAddress.getByAddress(new byte[] {a, b, c, d}));
        byte[][] carriers = {
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, a, b, c, d},
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d},
            {0, 0x64, -1, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d},
            {0x20, 2, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
            {0x20, 1, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0, (byte) ~a, (byte) ~b, (byte) ~c, (byte) ~d},
            {0x20, 1, 0, 0, a, b, c, d, 0, 0, 0, 0, -9, -9, -9, -9},
            {0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5e, (byte) 0xfe, a, b, c, d},
        };
        for (byte[] carrier : carriers) {
            assertThat(AddressClass.of(IpLiteral.address(carrier))).isGreaterThanOrEqualTo(own);
        }
    }

    @Test
    void classes_are_ordered_from_open_to_closed() {
        assertThat(PUBLIC).isLessThan(INTERNAL);
        assertThat(INTERNAL).isLessThan(ALWAYS_BLOCKED);
    }
}
