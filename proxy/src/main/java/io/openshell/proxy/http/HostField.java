package io.openshell.proxy.http;

/**
 * {@code uri-host [":" port]} as the Host field and the authority of an absolute-form target have it (RFC 9110
 * section 7.2), held to what can name a host here: letters, digits, {@code - . _}, or a bracketed IPv6 address.
 * Userinfo, percent-encoding, an empty host and an empty port are refused. Works on bytes; makes nothing.
 */
final class HostField {

    private static final int MAX_PORT = 65535;
    private static final int PORT_DIGITS = 5;

    private HostField() {}

    /** Whether a stretch has the form. */
    static boolean isValid(byte[] block, int start, int end) {
        int hostEnd = hostEnd(block, start, end);
        return hostEnd > start && (hostEnd == end || port(block, hostEnd + 1, end) >= 0);
    }

    /** Whether two valid stretches name the same host and port; case and one trailing dot don't matter. */
    static boolean same(byte[] a, int aStart, int aEnd, byte[] b, int bStart, int bEnd, int defaultPort) {
        int aHost = hostEnd(a, aStart, aEnd);
        int bHost = hostEnd(b, bStart, bEnd);
        return portOr(a, aHost, aEnd, defaultPort) == portOr(b, bHost, bEnd, defaultPort)
                && Octets.equalsAnyCase(
                        a, aStart, withoutDot(a, aStart, aHost), b, bStart, withoutDot(b, bStart, bHost));
    }

    /** Whether a valid stretch names this host (lower case, no brackets, no trailing dot) and port. */
    static boolean names(byte[] block, int start, int end, String host, int port, int defaultPort) {
        int hostEnd = hostEnd(block, start, end);
        if (portOr(block, hostEnd, end, defaultPort) != port) {
            return false;
        }
        if (block[start] == '[') {
            return Octets.equalsLower(block, start + 1, hostEnd - 1, host);
        }
        return Octets.equalsLower(block, start, withoutDot(block, start, hostEnd), host);
    }

    /** Where the host ends, or -1 if it is no host. */
    private static int hostEnd(byte[] block, int start, int end) {
        if (start == end) {
            return -1;
        }
        return block[start] == '[' ? bracketedEnd(block, start, end) : nameEnd(block, start, end);
    }

    private static int nameEnd(byte[] block, int start, int end) {
        int at = start;
        while (at < end && isNameOctet(block[at])) {
            at++;
        }
        return at < end && block[at] != ':' ? -1 : at;
    }

    private static int bracketedEnd(byte[] block, int start, int end) {
        int at = start + 1;
        while (at < end && (Octets.hex(block[at]) >= 0 || block[at] == ':' || block[at] == '.')) {
            at++;
        }
        if (at == end || block[at] != ']' || at == start + 1) {
            return -1;
        }
        int after = at + 1;
        return after < end && block[after] != ':' ? -1 : after;
    }

    private static boolean isNameOctet(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || Octets.isDigit(octet)
                || octet == '-'
                || octet == '.'
                || octet == '_';
    }

    private static int portOr(byte[] block, int hostEnd, int end, int defaultPort) {
        return hostEnd == end ? defaultPort : port(block, hostEnd + 1, end);
    }

    private static int port(byte[] block, int start, int end) {
        boolean padded = end - start > 1 && block[start] == '0';
        if (end <= start || end - start > PORT_DIGITS || padded) {
            return -1;
        }
        int port = 0;
        for (int i = start; i < end; i++) {
            if (!Octets.isDigit(block[i])) {
                return -1;
            }
            port = port * 10 + (block[i] - '0');
        }
        return port <= MAX_PORT ? port : -1;
    }

    private static int withoutDot(byte[] block, int start, int end) {
        return end > start + 1 && block[end - 1] == '.' ? end - 1 : end;
    }
}
