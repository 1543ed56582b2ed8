package io.openshell.proxy.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Classes of bytes (RFC 9110 section 5.6) by table, and comparisons without case. */
final class Octets {

    private static final byte TOKEN = 1;
    private static final byte VISIBLE = 2;
    private static final byte FIELD = 4;
    private static final byte[] CLASSES = classes();
    private static final byte[] HEX = hexDigits();
    private static final int EXCERPT = 48;

    private Octets() {}

    /** tchar of RFC 9110 section 5.6.2. */
    static boolean isToken(byte octet) {
        return (CLASSES[octet & 0xff] & TOKEN) != 0;
    }

    /** Visible ASCII: VCHAR of RFC 5234. */
    static boolean isVisible(byte octet) {
        return (CLASSES[octet & 0xff] & VISIBLE) != 0;
    }

    /** What a field's value may hold: VCHAR, obs-text, space and tab. */
    static boolean isField(byte octet) {
        return (CLASSES[octet & 0xff] & FIELD) != 0;
    }

    static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte octet) {
        return HEX[octet & 0xff];
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }

    static boolean isToken(byte[] block, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isToken(block[i])) {
                return false;
            }
        }
        return end > start;
    }

    /** Whether a stretch is this text of lower-case ASCII, in any case. */
    static boolean equalsLower(byte[] block, int start, int end, String lower) {
        if (end - start != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (lower(block[start + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsAnyCase(byte[] a, int aStart, int aEnd, byte[] b, int bStart, int bEnd) {
        if (aEnd - aStart != bEnd - bStart) {
            return false;
        }
        for (int i = aStart, j = bStart; i < aEnd; i++, j++) {
            if (lower(a[i]) != lower(b[j])) {
                return false;
            }
        }
        return true;
    }

    static String ascii(byte[] block, int start, int end) {
        return new String(block, start, end - start, StandardCharsets.ISO_8859_1);
    }

    static boolean isUtf8(byte[] block, int start, int end) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(block, start, end - start));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    /** The beginning of a stretch in quotes, fit for an event: one line of printable ASCII. */
    static String excerpt(byte[] block, int start, int end) {
        StringBuilder text = new StringBuilder("\"");
        int shown = Math.min(end, start + EXCERPT);
        for (int i = start; i < shown; i++) {
            int octet = block[i] & 0xff;
            if (octet >= ' ' && octet < 0x7f && octet != '"' && octet != '\\') {
                text.append((char) octet);
            } else {
                text.append("\\x")
                        .append(Character.forDigit(octet >> 4, 16))
                        .append(Character.forDigit(octet & 15, 16));
            }
        }
        return text.append(shown < end ? "\"..." : "\"").toString();
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int i = 0x21; i < 0x7f; i++) {
            classes[i] |= VISIBLE | FIELD;
            if (Character.isLetterOrDigit(i) || "!#$%&'*+-.^_`|~".indexOf(i) >= 0) {
                classes[i] |= TOKEN;
            }
        }
        for (int i = 0x80; i < 0x100; i++) {
            classes[i] |= FIELD;
        }
        classes[' '] |= FIELD;
        classes['\t'] |= FIELD;
        return classes;
    }

    private static byte[] hexDigits() {
        byte[] values = new byte[256];
        for (int i = 0; i < 256; i++) {
            values[i] = (byte) (i < 0x80 ? Character.digit(i, 16) : -1);
        }
        return values;
    }
}
