package io.openshell.core.address;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses of one family: an IPv4 address is in no IPv6 range, and the other way round. Immutable.
 *
 * @param network the first address
 * @param prefix the number of leading bits that are the same in all
 */
record Cidr(InetAddress network, int prefix) {

    /** A range known to be well written. */
    static Cidr of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("range: " + text + " (expected: address/bits)"));
    }

    /** {@code address/bits}, or an address alone for itself. Bits after the prefix are ignored. */
    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int width = address.get().getAddress().length * 8;
        int prefix = slash < 0 ? width : bits(text.substring(slash + 1));
        if (prefix < 0 || prefix > width) {
            return Optional.empty();
        }
        return Optional.of(new Cidr(masked(address.get(), prefix), prefix));
    }

    private static int bits(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= 3
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && !(text.length() > 1 && text.charAt(0) == '0');
        return number ? Integer.parseInt(text) : -1;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return IpLiteral.address(bytes);
    }

    boolean contains(InetAddress address) {
        return sameBits(network.getAddress(), address.getAddress(), prefix);
    }

    /** Whether some address is in both. */
    boolean overlaps(Cidr other) {
        return sameBits(network.getAddress(), other.network.getAddress(), Math.min(prefix, other.prefix));
    }

    private static boolean sameBits(byte[] one, byte[] other, int bits) {
        if (one.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (one[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((one[whole] ^ other[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    @Override
    public String toString() {
        return IpLiteral.canonical(network) + "/" + prefix;
    }
}
