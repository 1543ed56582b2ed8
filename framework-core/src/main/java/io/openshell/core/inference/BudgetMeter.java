package io.openshell.core.inference;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Counts what a sandbox uses of its budget, in memory: a sandbox that is resumed begins anew. What a request will cost is
 * known when it is over, so at its beginning its input is counted by estimate, and corrected at its end; a request that
 * began within the budget is finished. Thread-safe.
 */
public final class BudgetMeter {

    private static final long MINUTE_MILLIS = 60_000;
    private static final long SECOND_MILLIS = 1_000;

    private final Budget budget;
    private final InstantSource clock;
    /** When the last requests began; the oldest is the next to be overwritten. */
    private final long[] begun;

    private int oldest;
    private long counted;
    private LocalDate day;
    private long tokens;

    public BudgetMeter(Budget budget, InstantSource clock) {
        this.budget = budget;
        this.clock = clock;
        this.begun = new long[budget.requestsPerMinute()];
        this.day = today(clock.instant());
    }

    /** Whether a request may begin. */
    public sealed interface Admission {}

    /**
     * It may.
     *
     * @param day whose tokens were reserved
     * @param reserved the tokens that it counts for until it is over
     */
    public record Admitted(LocalDate day, long reserved) implements Admission {}

    /**
     * It may not.
     *
     * @param reason {@code name: value (expected: ...)}
     * @param retryAfterSeconds when it is worth another try; at least 1
     */
    public record OverBudget(String reason, long retryAfterSeconds) implements Admission {}

    /**
     * A request wants to begin.
     *
     * @param inputTokens what its input is estimated to count
     */
    public synchronized Admission admit(long inputTokens) {
        Instant now = clock.instant();
        turn(now);
        if (budget.tokensPerDay() > 0 && tokens >= budget.tokensPerDay()) {
            Instant midnight = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
            return new OverBudget(
                    "tokens_per_day: " + tokens + " used (expected: below " + budget.tokensPerDay() + ")",
                    seconds(midnight.toEpochMilli() - now.toEpochMilli()));
        }
        if (begun.length > 0) {
            long free = begun[oldest] + MINUTE_MILLIS;
            if (counted >= begun.length && now.toEpochMilli() < free) {
                return new OverBudget(
                        "requests_per_minute: " + begun.length + " in the last minute (expected: at most "
                                + begun.length + ")",
                        seconds(free - now.toEpochMilli()));
            }
            begun[oldest] = now.toEpochMilli();
            oldest = (oldest + 1) % begun.length;
            counted++;
        }
        tokens += inputTokens;
        return new Admitted(day, inputTokens);
    }

    /** A request is over: what it really used counts instead of what was reserved. */
    public synchronized void settle(Admitted admitted, long used) {
        turn(clock.instant());
        tokens += admitted.day().equals(day) ? used - admitted.reserved() : used;
    }

    /** The tokens of today so far. */
    public synchronized long tokensToday() {
        turn(clock.instant());
        return tokens;
    }

    private void turn(Instant now) {
        LocalDate today = today(now);
        if (!today.equals(day)) {
            day = today;
            tokens = 0;
        }
    }

    private static LocalDate today(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    private static long seconds(long millis) {
        return Math.max(1, (millis + SECOND_MILLIS - 1) / SECOND_MILLIS);
    }
}
