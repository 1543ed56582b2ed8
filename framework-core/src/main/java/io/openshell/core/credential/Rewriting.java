package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import java.util.Objects;

/** What became of a part of a request that may hold placeholders. */
public sealed interface Rewriting {

    /** It holds none. */
    record Unchanged() implements Rewriting {}

    /**
     * It is sent like this.
     *
     * @param value the whole part as on the wire; whoever gets it closes it
     */
    record Changed(Secret value) implements Rewriting {
        public Changed {
            Objects.requireNonNull(value, "value");
        }
    }

    /** It must not be sent. */
    record Refused(CredentialRefusal refusal) implements Rewriting {}

    Rewriting UNCHANGED = new Unchanged();
}
