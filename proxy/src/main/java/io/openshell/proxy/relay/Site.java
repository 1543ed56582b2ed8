package io.openshell.proxy.relay;

/**
 * How requests arrive.
 *
 * @param scheme the scheme of their URLs
 * @param defaultPort the port that a Host without one means
 * @param tls whether both sides are encrypted
 * @param forward whether they came in absolute form, one a connection
 */
record Site(String scheme, int defaultPort, boolean tls, boolean forward) {
    static final Site HTTPS = new Site("https", 443, true, false);
    static final Site HTTP = new Site("http", 80, false, false);
    static final Site FORWARD = new Site("http", 80, false, true);
}
