package io.openshell.supervisor.control;

import java.io.IOException;

/** What came over the control socket is not the protocol. The connection cannot go on. */
public final class MalformedFrameException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param problem {@code field: value (expected: …)} */
    public MalformedFrameException(String problem) {
        super("control protocol: " + problem);
    }
}
