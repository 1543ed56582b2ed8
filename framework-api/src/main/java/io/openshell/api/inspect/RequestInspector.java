package io.openshell.api.inspect;

/**
 * An inspector of a protocol that rides on HTTP requests: REST, GraphQL, WebSocket. The core parses and
 * canonicalises; a connection that does not carry HTTP is refused before this is asked.
 */
public non-sealed interface RequestInspector extends ProtocolInspector {

    /** How much of the body {@link #inspect} must see. Asked once per request, before any byte of the body is read. */
    BodyNeed bodyNeed(Request head);

    /**
     * Judges one request. The path is the one that goes on the wire.
     *
     * @param request its {@link Request#body()} is there exactly if {@link #bodyNeed} asked for it
     */
    Verdict inspect(Request request);

    /**
     * Judges a request to change protocol on this connection (RFC 9110 section 7.8). The core has already
     * refused HTTP/2 upgrades.
     */
    default UpgradeVerdict inspectUpgrade(Request request) {
        return new UpgradeVerdict.Refused(
                new Verdict.Unreadable("protocol upgrade is not supported by this endpoint's protocol"));
    }

    /**
     * Judges one complete text message that another protocol carries, as its {@linkplain
     * EndpointContext#companion companion}.
     */
    default Verdict inspectMessage(String message) {
        return new Verdict.Unreadable("this protocol does not judge single messages");
    }
}
