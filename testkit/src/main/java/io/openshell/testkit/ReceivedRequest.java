package io.openshell.testkit;

/** A request as an upstream read it. Immutable. */
public final class ReceivedRequest extends HttpMessage {

    ReceivedRequest(String head, byte[] body) {
        super(head, body);
    }

    /** The request line. */
    public String line() {
        return head().substring(0, head().indexOf('\r'));
    }

    /** The method. */
    public String method() {
        return line().split(" ", 3)[0];
    }

    /** The target. */
    public String target() {
        return line().split(" ", 3)[1];
    }
}
