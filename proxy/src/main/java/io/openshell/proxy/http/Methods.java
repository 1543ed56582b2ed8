package io.openshell.proxy.http;

/** Names of methods, without a new string for the usual ones. */
final class Methods {

    private static final String[] USUAL = {
        "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"
    };

    private Methods() {}

    static String name(byte[] block, int start, int end) {
        for (String usual : USUAL) {
            if (matches(block, start, end, usual)) {
                return usual;
            }
        }
        return Octets.ascii(block, start, end);
    }

    private static boolean matches(byte[] block, int start, int end, String usual) {
        if (end - start != usual.length()) {
            return false;
        }
        for (int i = 0; i < usual.length(); i++) {
            if (block[start + i] != usual.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
