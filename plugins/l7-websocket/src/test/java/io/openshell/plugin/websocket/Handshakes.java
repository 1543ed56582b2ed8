package io.openshell.plugin.websocket;

import io.openshell.testkit.contract.SampleRequest;

/** The handshake of RFC 6455 section 1.3. */
final class Handshakes {

    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private Handshakes() {}

    static SampleRequest request(String path) {
        return without("GET", path, "");
    }

    /** With all fields but one. */
    static SampleRequest without(String method, String path, String field) {
        SampleRequest request = SampleRequest.of(method, path);
        String[] fields = {
            "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Key", KEY, "Sec-WebSocket-Version", "13"
        };
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equalsIgnoreCase(field)) {
                request = request.header(fields[i], fields[i + 1]);
            }
        }
        return request;
    }

    /** The upstream's 101; its method and path say nothing. */
    static SampleRequest answer() {
        return answerWithout("");
    }

    static SampleRequest answerWithout(String field) {
        SampleRequest answer = SampleRequest.of("GET", "/");
        String[] fields = {"Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Accept", ACCEPT};
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equalsIgnoreCase(field)) {
                answer = answer.header(fields[i], fields[i + 1]);
            }
        }
        return answer;
    }
}
