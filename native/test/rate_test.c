#include "rate.h"

#include "check.h"

#define SECOND 1000000000ull
#define INTERVAL (SECOND / 5)

static unsigned take_all(struct rate *rate, uint64_t now)
{
    unsigned taken = 0;
    while (rate_take(rate, now)) {
        taken++;
    }
    return taken;
}

static void a_full_bucket_has_the_burst_and_no_more(void)
{
    struct rate rate = rate_of(INTERVAL, 10, 7 * SECOND);
    CHECK_EQUALS(take_all(&rate, 7 * SECOND), 10);
    CHECK_EQUALS(take_all(&rate, 7 * SECOND), 0);
}

static void a_token_comes_back_each_interval(void)
{
    struct rate rate = rate_of(INTERVAL, 10, 0);
    (void)take_all(&rate, 0);
    CHECK(!rate_take(&rate, INTERVAL - 1));
    CHECK(rate_take(&rate, INTERVAL));
    CHECK(!rate_take(&rate, 2 * INTERVAL - 1));
    CHECK_EQUALS(take_all(&rate, INTERVAL + SECOND), 5);
}

static void rest_fills_it_to_the_burst(void)
{
    struct rate rate = rate_of(INTERVAL, 10, 0);
    (void)take_all(&rate, 0);
    CHECK_EQUALS(take_all(&rate, UINT64_MAX), 10);
}

static void asking_often_gives_no_more_than_asking_seldom(void)
{
    struct rate rate = rate_of(INTERVAL, 10, 0);
    unsigned taken = 0;
    for (uint64_t now = 0; now <= 10 * SECOND; now += SECOND / 1000) {
        taken += rate_take(&rate, now);
    }
    CHECK_EQUALS(taken, 10 + 50);
}

int main(void)
{
    a_full_bucket_has_the_burst_and_no_more();
    a_token_comes_back_each_interval();
    rest_fills_it_to_the_burst();
    asking_often_gives_no_more_than_asking_seldom();
    return 0;
}
