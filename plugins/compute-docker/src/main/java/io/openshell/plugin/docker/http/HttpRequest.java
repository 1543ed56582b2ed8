package io.openshell.plugin.docker.http;

import java.nio.charset.StandardCharsets;

/**
 * A request.
 *
 * @param method as in {@code GET}
 * @param target path and query, already encoded
 * @param json its body; empty for none
 */
public record HttpRequest(String method, String target, String json) {

    private static final String NONE = "";

    public HttpRequest {
        for (char c : (method + target).toCharArray()) {
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("target: character " + (int) c + " (expected: an encoded target)");
            }
        }
    }

    /** Reads something. */
    public static HttpRequest get(String target) {
        return new HttpRequest("GET", target, NONE);
    }

    /** Does something. */
    public static HttpRequest post(String target) {
        return new HttpRequest("POST", target, NONE);
    }

    /** Makes something. */
    public static HttpRequest post(String target, String json) {
        return new HttpRequest("POST", target, json);
    }

    /** Removes something. */
    public static HttpRequest delete(String target) {
        return new HttpRequest("DELETE", target, NONE);
    }

    /** As it is sent. */
    byte[] bytes() {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String ofBody = body.length == 0 && !method.equals("POST")
                ? ""
                : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
        String head = method + " " + target
                + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: openshell\r\nConnection: close\r\n" + ofBody + "\r\n";
        return (head + json).getBytes(StandardCharsets.UTF_8);
    }
}
