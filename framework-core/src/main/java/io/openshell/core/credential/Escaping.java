package io.openshell.core.credential;

/** How a secret is written where a placeholder stood, so that it stays one value there. */
enum Escaping {
    /** As it is: a header, a plain text. */
    NONE,
    /** All but RFC 3986's unreserved characters percent-encoded. */
    QUERY,
    /** The same, and a space as a plus. */
    FORM,
    /** As the canonical path has it: what a segment may hold stands, all else is percent-encoded. */
    SEGMENT,
    /** Quotes and backslashes behind a backslash. */
    JSON;

    private static final String UNRESERVED = "-._~";
    private static final String PATH_CHARACTERS = "-._~!$&'()*+,=:@";
    private static final String HEX = "0123456789ABCDEF";

    /** Whether a secret may stand there at all. */
    boolean admits(byte[] secret) {
        if (this != SEGMENT) {
            return true;
        }
        for (int i = 0; i < secret.length; i++) {
            boolean dots = secret[i] == '.' && i + 1 < secret.length && secret[i + 1] == '.';
            if (dots || "/\\?#".indexOf(secret[i]) >= 0) {
                return false;
            }
        }
        return true;
    }

    void write(byte[] secret, SecretBuffer out) {
        for (byte octet : secret) {
            switch (this) {
                case NONE -> out.add(octet);
                case QUERY -> percent(octet, UNRESERVED, out);
                case SEGMENT -> percent(octet, PATH_CHARACTERS, out);
                case FORM -> {
                    if (octet == ' ') {
                        out.add('+');
                    } else {
                        percent(octet, UNRESERVED, out);
                    }
                }
                case JSON -> {
                    if (octet == '"' || octet == '\\') {
                        out.add('\\');
                    }
                    out.add(octet);
                }
            }
        }
    }

    private static void percent(byte octet, String kept, SecretBuffer out) {
        boolean plain = (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || kept.indexOf(octet) >= 0;
        if (plain) {
            out.add(octet);
        } else {
            out.add('%');
            out.add(HEX.charAt((octet >> 4) & 15));
            out.add(HEX.charAt(octet & 15));
        }
    }
}
