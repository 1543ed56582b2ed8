package io.openshell.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackendHealthTest {

    private final BackendHealth health = new BackendHealth();

    /** Near the end of the numbers: times are differences. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(70);

    private void assertRestsFor(long seconds) {
        health.failed(now);
        now += TimeUnit.SECONDS.toNanos(seconds) - 1;
        assertThat(health.rests(now)).as("just before " + seconds + " s").isTrue();
        now++;
        assertThat(health.rests(now)).as("after " + seconds + " s").isFalse();
    }

    @Test
    void one_that_never_failed_does_not_rest() {
        assertThat(health.rests(now)).isFalse();
    }

    @Test
    void rest_doubles_from_five_seconds_to_a_minute() {
        for (long seconds : new long[] {5, 10, 20, 40, 60, 60}) {
            assertRestsFor(seconds);
        }
    }

    @Test
    void an_answer_ends_the_rest_and_the_count() {
        assertRestsFor(5);
        health.failed(now);
        health.answered();
        assertThat(health.rests(now)).isFalse();
        assertRestsFor(5);
    }
}
