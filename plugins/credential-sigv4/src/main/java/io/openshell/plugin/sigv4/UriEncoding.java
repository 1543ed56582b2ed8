package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** AWS's URI encoding: everything but unreserved characters (RFC 3986 section 2.3), in upper-case hexadecimal. */
final class UriEncoding {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private UriEncoding() {}

    /** Encodes every byte that has to be, percent signs and slashes among them. */
    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            if (isUnreserved(b)) {
                text.append((char) b);
            } else {
                text.append('%');
                HEX.toHexDigits(text, b);
            }
        }
        return text.toString();
    }

    /** Encodes the text's UTF-8. */
    static String encode(String text) {
        return encode(text.getBytes(UTF_8));
    }

    /** What percent-encoded text stands for. A percent sign without two digits stands for itself. */
    static byte[] decode(String text) {
        byte[] from = text.getBytes(UTF_8);
        ByteArrayOutputStream to = new ByteArrayOutputStream(from.length);
        for (int i = 0; i < from.length; i++) {
            if (from[i] == '%'
                    && i + 2 < from.length
                    && HexFormat.isHexDigit(from[i + 1])
                    && HexFormat.isHexDigit(from[i + 2])) {
                to.write(HexFormat.fromHexDigit(from[i + 1]) << 4 | HexFormat.fromHexDigit(from[i + 2]));
                i += 2;
            } else {
                to.write(from[i]);
            }
        }
        return to.toByteArray();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }
}
