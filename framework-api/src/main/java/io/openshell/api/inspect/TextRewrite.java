package io.openshell.api.inspect;

import java.nio.ByteBuffer;
import java.util.Objects;

/** What became of a text message whose placeholders were to be replaced; see {@link Judge#rewriteText}. */
public sealed interface TextRewrite {

    /** It has no placeholder, or the endpoint did not opt in: it is sent as it is. */
    record Unchanged() implements TextRewrite {}

    /**
     * It is sent like this. Holds secrets: to be framed, sent and overwritten, never judged, recorded or sent to the client.
     *
     * @param utf8 the whole message
     */
    record Changed(ByteBuffer utf8) implements TextRewrite {
        public Changed {
            Objects.requireNonNull(utf8, "utf8");
        }
    }

    /**
     * It must not be sent, and the connection ends.
     *
     * @param reason one line for the event; never a secret or a placeholder
     */
    record Refused(String reason) implements TextRewrite {
        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
