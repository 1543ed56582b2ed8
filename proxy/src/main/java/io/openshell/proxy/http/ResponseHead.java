package io.openshell.proxy.http;

/**
 * A response's head, checked.
 *
 * @param version the upstream's version
 * @param status 100 to 999
 * @param reason the reason phrase; may be empty
 * @param headers the fields as received
 * @param framing where the body ends, the request's method considered
 * @param options what the Connection fields say
 */
public record ResponseHead(
        HttpVersion version,
        int status,
        String reason,
        HeaderFields headers,
        BodyFraming framing,
        ConnectionOptions options) {

    /** Whether the final response is still to come: 1xx, save 101. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** Whether the upstream changes protocol. */
    public boolean isSwitchingProtocols() {
        return status == 101;
    }

    /** Whether the upstream will take another request on this connection once the body has ended. */
    public boolean isPersistent() {
        return !options.close()
                && (version == HttpVersion.HTTP_1_1 || options.keepAlive())
                && !(framing instanceof BodyFraming.UntilClose);
    }
}
