package io.openshell.core.inference;

/**
 * How much inference a sandbox may use.
 *
 * @param requestsPerMinute requests in any sixty seconds; 0 for no limit
 * @param tokensPerDay tokens in and out from midnight to midnight, UTC; 0 for no limit
 */
public record Budget(int requestsPerMinute, long tokensPerDay) {

    /** No limits. */
    public static final Budget UNLIMITED = new Budget(0, 0);

    /** The most requests a minute that can be counted. */
    public static final int MAX_REQUESTS = 100_000;

    public Budget {
        if (requestsPerMinute < 0 || requestsPerMinute > MAX_REQUESTS || tokensPerDay < 0) {
            throw new IllegalArgumentException("budget: " + requestsPerMinute + ", " + tokensPerDay
                    + " (expected: 0 to " + MAX_REQUESTS + " requests, 0 or more tokens)");
        }
    }

    /** In one line, for people. */
    public String describe() {
        String requests = requestsPerMinute == 0 ? "" : requestsPerMinute + " requests a minute";
        String tokens = tokensPerDay == 0 ? "" : tokensPerDay + " tokens a day";
        return requests.isEmpty() || tokens.isEmpty() ? requests + tokens : requests + ", " + tokens;
    }
}
