package io.openshell.proxy.inference;

import io.openshell.core.inference.InferenceProtocol;
import io.openshell.proxy.http.RequestHead;
import java.nio.ByteBuffer;

/**
 * A request that is complete.
 *
 * @param head as it was read
 * @param protocol what it is
 * @param path canonical
 * @param query as received; empty for none
 * @param body whole
 */
record InferenceRequest(RequestHead head, InferenceProtocol protocol, String path, String query, ByteBuffer body) {

    @Override
    public String toString() {
        return "InferenceRequest[" + protocol + ", " + body.remaining() + " bytes]";
    }
}
