package io.openshell.cli.credential;

import java.util.List;

/** Credentials that cannot be used as they were given. Its messages never have a value. */
public final class CredentialRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param problems all that is wrong: at least one line, each {@code name: value (expected: …)} */
    public CredentialRefusedException(List<String> problems) {
        super(String.join("\n", problems));
    }

    CredentialRefusedException(String problem) {
        this(List.of(problem));
    }
}
