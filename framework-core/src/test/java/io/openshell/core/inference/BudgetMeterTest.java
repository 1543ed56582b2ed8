package io.openshell.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.FakeClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BudgetMeterTest {

    private final FakeClock clock = FakeClock.at(Instant.parse("2026-03-01T23:58:00Z"));

    @Test
    void any_minute_has_so_many_requests_and_no_more() {
        BudgetMeter meter = new BudgetMeter(new Budget(2, 0), clock);

        assertThat(meter.admit(0)).isInstanceOf(BudgetMeter.Admitted.class);
        clock.advance(Duration.ofSeconds(40));
        assertThat(meter.admit(0)).isInstanceOf(BudgetMeter.Admitted.class);
        assertThat(refused(meter, 0).retryAfterSeconds()).isEqualTo(20);
        clock.advance(Duration.ofSeconds(20));
        assertThat(meter.admit(0)).isInstanceOf(BudgetMeter.Admitted.class);
        assertThat(refused(meter, 0).reason()).contains("requests_per_minute", "at most 2");
        assertThat(refused(meter, 0).retryAfterSeconds()).isEqualTo(40);
    }

    @Test
    void a_refused_request_does_not_count() {
        BudgetMeter meter = new BudgetMeter(new Budget(1, 0), clock);
        meter.admit(0);
        for (int i = 0; i < 59; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(meter.admit(0)).isInstanceOf(BudgetMeter.OverBudget.class);
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(meter.admit(0)).isInstanceOf(BudgetMeter.Admitted.class);
    }

    @Test
    void a_day_has_so_many_tokens_and_the_next_one_too() {
        BudgetMeter meter = new BudgetMeter(new Budget(0, 100), clock);

        BudgetMeter.Admitted first = (BudgetMeter.Admitted) meter.admit(90);
        assertThat(meter.tokensToday()).isEqualTo(90);
        meter.settle(first, 50);
        assertThat(meter.tokensToday()).isEqualTo(50);
        BudgetMeter.Admitted second = (BudgetMeter.Admitted) meter.admit(20);
        meter.settle(second, 60);

        BudgetMeter.OverBudget over = refused(meter, 1);
        assertThat(over.reason()).isEqualTo("tokens_per_day: 110 used (expected: below 100)");
        assertThat(over.retryAfterSeconds()).isEqualTo(120);
        clock.advance(Duration.ofMinutes(2));
        assertThat(meter.admit(1)).isInstanceOf(BudgetMeter.Admitted.class);
    }

    @Test
    void many_at_once_cannot_begin_beyond_what_their_inputs_use_up() {
        BudgetMeter meter = new BudgetMeter(new Budget(0, 100), clock);
        for (int i = 0; i < 10; i++) {
            assertThat(meter.admit(10)).isInstanceOf(BudgetMeter.Admitted.class);
        }
        assertThat(meter.admit(10)).isInstanceOf(BudgetMeter.OverBudget.class);
    }

    @Test
    void what_ends_after_midnight_counts_for_the_new_day() {
        BudgetMeter meter = new BudgetMeter(new Budget(0, 100), clock);
        BudgetMeter.Admitted late = (BudgetMeter.Admitted) meter.admit(90);
        clock.advance(Duration.ofMinutes(3));

        meter.settle(late, 30);

        assertThat(meter.tokensToday()).isEqualTo(30);
    }

    private static BudgetMeter.OverBudget refused(BudgetMeter meter, long tokens) {
        BudgetMeter.Admission admission = meter.admit(tokens);
        assertThat(admission).isInstanceOf(BudgetMeter.OverBudget.class);
        return (BudgetMeter.OverBudget) admission;
    }
}
