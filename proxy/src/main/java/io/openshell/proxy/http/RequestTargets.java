package io.openshell.proxy.http;

/** The four forms of a request target (RFC 9112 section 3.2), as far as they can be told without a policy. */
final class RequestTargets {

    private RequestTargets() {}

    /** Where the authority of {@code scheme://authority...} ends; start is its first character. */
    static int authorityEnd(String target, int start) {
        for (int i = start; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return target.length();
    }

    /** Refuses a target whose form does not fit the method, and one whose authority is not what Host says. */
    static void check(byte[] block, int start, int end, boolean connect, HeaderFields fields) throws Malformed {
        int host = fields.next(KnownField.HOST, 0);
        if (connect) {
            checkConnect(block, start, end, fields, host);
            return;
        }
        if (block[start] == '/' || (block[start] == '*' && end == start + 1)) {
            return;
        }
        int schemeEnd = schemeEnd(block, start, end);
        if (schemeEnd < 0) {
            throw Malformed.because(
                    HttpProblem.REQUEST_TARGET,
                    "request-target",
                    "neither a path nor a URI",
                    "origin-form or absolute-form");
        }
        checkAbsolute(block, start, schemeEnd, end, fields, host);
    }

    private static void checkConnect(byte[] block, int start, int end, HeaderFields fields, int host) throws Malformed {
        if (!HostField.isValid(block, start, end) || block[end - 1] == ']' || !hasPort(block, start, end)) {
            throw Malformed.because(
                    "RFC 9112 section 3.2.3",
                    "CONNECT target",
                    Octets.excerpt(block, start, end),
                    "host:port, an IPv6 address in brackets");
        }
        if (host >= 0 && !connectHostFits(block, start, end, fields, host)) {
            throw mismatch(fields, host);
        }
    }

    /** Some clients leave the port out of CONNECT's Host; what is there must agree. */
    private static boolean connectHostFits(byte[] block, int start, int end, HeaderFields fields, int host) {
        int hostStart = fields.valueStart(host);
        int hostEnd = fields.valueEnd(host);
        int portStart = lastColon(block, start, end);
        int targetEnd = hasPort(block, hostStart, hostEnd) ? end : portStart;
        return HostField.same(block, start, targetEnd, block, hostStart, hostEnd, 0);
    }

    private static boolean hasPort(byte[] block, int start, int end) {
        int colon = lastColon(block, start, end);
        return colon > start && (block[start] != '[' || block[colon - 1] == ']');
    }

    private static int lastColon(byte[] block, int start, int end) {
        int at = end - 1;
        while (at >= start && block[at] != ':') {
            at--;
        }
        return at;
    }

    private static int schemeEnd(byte[] block, int start, int end) {
        int at = start;
        while (at < end && (Octets.isDigit(block[at]) || isLetter(block[at]))) {
            at++;
        }
        boolean separated =
                at > start && at + 2 < end && block[at] == ':' && block[at + 1] == '/' && block[at + 2] == '/';
        return separated ? at : -1;
    }

    private static boolean isLetter(byte octet) {
        byte lower = Octets.lower(octet);
        return lower >= 'a' && lower <= 'z';
    }

    private static void checkAbsolute(byte[] block, int start, int schemeEnd, int end, HeaderFields fields, int host)
            throws Malformed {
        int authority = schemeEnd + 3;
        int authorityEnd = authority;
        while (authorityEnd < end
                && block[authorityEnd] != '/'
                && block[authorityEnd] != '?'
                && block[authorityEnd] != '#') {
            authorityEnd++;
        }
        if (!HostField.isValid(block, authority, authorityEnd)) {
            throw Malformed.because(
                    "RFC 9112 section 3.2.2",
                    "request-target authority",
                    Octets.excerpt(block, authority, authorityEnd),
                    "host or host:port");
        }
        int defaultPort = Octets.equalsLower(block, start, schemeEnd, "https") ? 443 : 80;
        if (host >= 0
                && !HostField.same(
                        block,
                        authority,
                        authorityEnd,
                        block,
                        fields.valueStart(host),
                        fields.valueEnd(host),
                        defaultPort)) {
            throw mismatch(fields, host);
        }
    }

    private static Malformed mismatch(HeaderFields fields, int host) {
        return Malformed.because(
                "RFC 9112 section 3.2.2",
                "Host",
                Octets.excerpt(fields.block(), fields.valueStart(host), fields.valueEnd(host)),
                "the request-target's authority");
    }
}
