package io.openshell.core.decide;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * What someone asks about that would be sent after an upgrade.
 *
 * @param answer the header fields of the upstream's 101, names in lower case
 * @param bytes the client's, in the protocol that was changed to
 */
public record PlannedStream(Map<String, List<String>> answer, ByteBuffer bytes) {

    public PlannedStream {
        answer = Map.copyOf(answer);
        bytes = bytes.asReadOnlyBuffer();
    }
}
