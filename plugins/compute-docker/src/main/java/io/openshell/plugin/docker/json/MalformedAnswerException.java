package io.openshell.plugin.docker.json;

import java.io.IOException;

/** The other side sent something that it may not send. */
public final class MalformedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, in one line */
    public MalformedAnswerException(String problem) {
        super(problem);
    }
}
