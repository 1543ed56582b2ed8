package io.openshell.core.inference;

import java.nio.charset.StandardCharsets;

/**
 * Works out from an answer, as it passes, what it has used: from what the backend says, else from its size. Keeps none of
 * it. Not thread-safe.
 */
public final class UsageMeter {

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final int NOT_DATA = -1;

    private final boolean events;
    private final UsageReader reader = new UsageReader();
    /** Bytes of the line that agree with {@link #DATA}, or {@link #NOT_DATA}. */
    private int matched;

    private long dataLines;

    private UsageMeter(boolean events) {
        this.events = events;
    }

    /** For an answer that is one JSON text. */
    public static UsageMeter ofDocument() {
        return new UsageMeter(false);
    }

    /** For a stream of server-sent events whose data are JSON. */
    public static UsageMeter ofEvents() {
        return new UsageMeter(true);
    }

    /** Takes the next byte of the answer. */
    public void accept(byte octet) {
        if (!events) {
            reader.accept(octet);
        } else if (octet == '\n' || octet == '\r') {
            matched = 0;
        } else if (matched == DATA.length) {
            reader.accept(octet);
        } else {
            match(octet);
        }
    }

    /**
     * What was used.
     *
     * @param requestBytes the size of the request's body
     * @param complete whether the answer came to its end
     */
    public Usage usage(long requestBytes, boolean complete) {
        boolean said = reader.inputSeen() && reader.outputSeen() && complete;
        long input = reader.inputSeen() ? reader.input() : Usage.estimate(requestBytes);
        long output = reader.outputSeen() && complete
                ? reader.output()
                : Math.max(reader.output(), Math.max(dataLines, Usage.estimate(reader.textBytes())));
        return new Usage(input, output, !said);
    }

    private void match(byte octet) {
        if (matched == NOT_DATA) {
            return;
        }
        matched = octet == DATA[matched] ? matched + 1 : NOT_DATA;
        if (matched == DATA.length) {
            dataLines++;
            reader.restart();
        }
    }
}
