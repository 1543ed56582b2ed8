package io.openshell.proxy.http;

/** The versions that are spoken here. */
public enum HttpVersion {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1");

    private final String text;

    HttpVersion(String text) {
        this.text = text;
    }

    /** As on the wire. */
    @Override
    public String toString() {
        return text;
    }
}
