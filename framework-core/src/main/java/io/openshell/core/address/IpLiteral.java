package io.openshell.core.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Addresses written out, read strictly and without any lookup: IPv4 as four decimal numbers without leading
 * zeros, IPv6 as in RFC 4291 section 2.2 without brackets and without a zone. Everything that only some readers
 * take for an address ({@code 127.1}, {@code 0x7f.1}, {@code 2130706433}) is none.
 */
public final class IpLiteral {

    private static final int MAX_LENGTH = 45;

    private IpLiteral() {}

    /**
     * The address that the text spells, if it does. An IPv4 address in IPv6 form ({@code ::ffff:127.0.0.1}) stays
     * an {@link Inet6Address}, unlike what {@link InetAddress} makes of it.
     */
    public static Optional<InetAddress> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        byte[] bytes = text.indexOf(':') >= 0 ? v6(text) : v4(text);
        return bytes.length == 0 ? Optional.empty() : Optional.of(address(bytes));
    }

    /** The address of 4 or 16 bytes. */
    static InetAddress address(byte[] bytes) {
        try {
            return bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("address: " + bytes.length + " bytes (expected: 4 or 16)", impossible);
        }
    }

    /** The one way to write an address: RFC 5952 for IPv6, lower case, the longest run of zeros shortened. */
    public static String canonical(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return (bytes[0] & 255) + "." + (bytes[1] & 255) + "." + (bytes[2] & 255) + "." + (bytes[3] & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 255) << 8) | (bytes[2 * i + 1] & 255);
        }
        return shortened(groups);
    }

    private static String shortened(int[] groups) {
        int best = -1;
        int bestLength = 1; // a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                best = i;
                bestLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        if (best < 0) {
            return joined(groups, 0, 8);
        }
        return joined(groups, 0, best) + "::" + joined(groups, best + bestLength, 8);
    }

    private static String joined(int[] groups, int from, int to) {
        List<String> parts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            parts.add(Integer.toHexString(groups[i]));
        }
        return String.join(":", parts);
    }

    private static byte[] v4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != 4) {
            return new byte[0];
        }
        for (int i = 0; i < 4; i++) {
            int value = octet(parts[i]);
            if (value < 0) {
                return new byte[0];
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static int octet(String part) {
        if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value > 255 ? -1 : value;
    }

    private static byte[] v6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] all = groups(text);
            return all.length == 16 ? all : new byte[0];
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        boolean leftWrong = !left.isEmpty() && (left.indexOf('.') >= 0 || groups(left).length == 0);
        boolean rightWrong = !right.isEmpty() && (right.startsWith(":") || groups(right).length == 0);
        if (leftWrong || rightWrong) {
            return new byte[0];
        }
        byte[] head = groups(left);
        byte[] tail = groups(right);
        if (head.length + tail.length > 14) { // the gap stands for one group at least
            return new byte[0];
        }
        byte[] bytes = new byte[16];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return bytes;
    }

    /** Groups between colons, the last one perhaps an IPv4 address; nothing if any is wrong. */
    private static byte[] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        StringBuilder hex = new StringBuilder();
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == parts.length - 1 && part.indexOf('.') >= 0) {
                byte[] v4 = v4(part);
                if (v4.length == 0) {
                    return new byte[0];
                }
                hex.append(HexFormat.of().formatHex(v4));
            } else if (hexGroup(part)) {
                hex.append("0000", 0, 4 - part.length()).append(part);
            } else {
                return new byte[0];
            }
        }
        return hex.length() > 32 ? new byte[0] : HexFormat.of().parseHex(hex);
    }

    private static boolean hexGroup(String part) {
        return !part.isEmpty() && part.length() <= 4 && part.chars().allMatch(HexFormat::isHexDigit);
    }
}
