package io.openshell.core.inference;

/**
 * What an exchange has used.
 *
 * @param inputTokens of the request
 * @param outputTokens of the answer
 * @param estimated whether the backend did not say, so that this is worked out from sizes, rather too high than too low
 */
public record Usage(long inputTokens, long outputTokens, boolean estimated) {

    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, false);

    /** Fewer bytes than this make a token only in rare texts. */
    private static final int BYTES_PER_TOKEN = 3;

    /** All tokens. */
    public long total() {
        return inputTokens + outputTokens;
    }

    /** How many tokens so many bytes of text are at most, but for rare texts. */
    public static long estimate(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }
}
