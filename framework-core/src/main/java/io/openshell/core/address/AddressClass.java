package io.openshell.core.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What an address is to a sandbox. An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64, 6to4,
 * Teredo, ISATAP) is at least as internal as the address that it carries, for some gateway may unpack it.
 */
public enum AddressClass {

    /** May be reached when a policy allows the host. */
    PUBLIC,

    /** A private network or a range that leads nowhere public: needs the policy's word ({@code allowed_ips}). */
    INTERNAL,

    /**
     * The machine itself, the link, the metadata services of clouds, and what no connection can be made to:
     * refused whatever the policy says.
     */
    ALWAYS_BLOCKED;

    // IANA special-purpose registries for IPv4 and IPv6; RFC 6890.
    private static final List<Cidr> BLOCKED_V4 = ranges(
            "0.0.0.0/8", // this network
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local and the metadata service
            "224.0.0.0/4", // multicast
            "255.255.255.255/32"); // broadcast
    private static final List<Cidr> INTERNAL_V4 = ranges(
            "10.0.0.0/8",
            "100.64.0.0/10", // shared by carriers, RFC 6598
            "168.63.129.16/32", // a cloud's platform services, reachable from its machines only
            "172.16.0.0/12",
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays, RFC 7526
            "192.168.0.0/16",
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "240.0.0.0/4"); // reserved
    private static final List<Cidr> BLOCKED_V6 = ranges(
            "::/128",
            "::1/128",
            "fe80::/10", // link-local
            "ff00::/8", // multicast
            "fd00:ec2::254/128"); // a metadata service
    private static final List<Cidr> INTERNAL_V6 = ranges(
            "64:ff9b:1::/48", // NAT64 of a local network, RFC 8215
            "100::/64", // discard, RFC 6666
            "2001:db8::/32", // documentation
            "3fff::/20", // documentation, RFC 9637
            "fc00::/7", // unique local
            "fec0::/10"); // site-local, RFC 3879
    private static final Cidr TEREDO = Cidr.of("2001::/32"); // RFC 4380
    private static final Cidr MAPPED = Cidr.of("::ffff:0:0/96");
    private static final Cidr COMPATIBLE = Cidr.of("::/96");
    private static final Cidr TRANSLATED = Cidr.of("::ffff:0:0:0/96"); // RFC 2765
    private static final Cidr NAT64 = Cidr.of("64:ff9b::/96"); // RFC 6052
    private static final Cidr NAT64_LOCAL = Cidr.of("64:ff9b:1::/48");
    private static final Cidr SIX_TO_FOUR = Cidr.of("2002::/16"); // RFC 3056

    private static List<Cidr> ranges(String... texts) {
        return Arrays.stream(texts).map(Cidr::of).toList();
    }

    /** The class of an address, with regard to every address that it carries. */
    public static AddressClass of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return classified(address, BLOCKED_V4, INTERNAL_V4);
        }
        if (MAPPED.contains(address)) {
            return embedded(bytes, 12);
        }
        AddressClass own = classified(address, BLOCKED_V6, INTERNAL_V6);
        return stricter(own, carried(address, bytes));
    }

    /** Whether this is an IPv4 address in IPv6 form, {@code ::ffff:a.b.c.d}. */
    public static boolean mapped(InetAddress address) {
        return MAPPED.contains(address);
    }

    private static AddressClass classified(InetAddress address, List<Cidr> blocked, List<Cidr> internal) {
        if (contain(blocked, address)) {
            return ALWAYS_BLOCKED;
        }
        return contain(internal, address) ? INTERNAL : PUBLIC;
    }

    private static boolean contain(List<Cidr> ranges, InetAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** What an IPv6 address that is not mapped carries; a tunnel or translation is never public. */
    private static AddressClass carried(InetAddress address, byte[] bytes) {
        if (NAT64.contains(address) || COMPATIBLE.contains(address) || TRANSLATED.contains(address)) {
            return stricter(INTERNAL, embedded(bytes, 12));
        }
        if (NAT64_LOCAL.contains(address)) {
            // The prefix may be 48, 56, 64 or 96 bits long, and the address stands elsewhere in each (RFC 6052 2.2).
            return stricter(stricter(embedded(bytes, 12), embedded(split(bytes, 6), 0)), embedded(split(bytes, 7), 0));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return stricter(INTERNAL, embedded(bytes, 2));
        }
        if (TEREDO.contains(address)) {
            byte[] client = {(byte) ~bytes[12], (byte) ~bytes[13], (byte) ~bytes[14], (byte) ~bytes[15]};
            return stricter(INTERNAL, stricter(embedded(bytes, 4), embedded(client, 0)));
        }
        boolean isatap = (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && (bytes[11] & 255) == 0xfe;
        return isatap ? stricter(INTERNAL, embedded(bytes, 12)) : PUBLIC; // RFC 5214 section 6.1
    }

    /** The IPv4 address after a prefix of {@code from} bytes, without byte 8, which is not part of it. */
    private static byte[] split(byte[] bytes, int from) {
        byte[] v4 = new byte[4];
        int at = from;
        for (int i = 0; i < 4; i++) {
            at += at == 8 ? 1 : 0;
            v4[i] = bytes[at++];
        }
        return v4;
    }

    private static AddressClass embedded(byte[] bytes, int from) {
        return of(IpLiteral.address(Arrays.copyOfRange(bytes, from, from + 4)));
    }

    private static AddressClass stricter(AddressClass one, AddressClass other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
