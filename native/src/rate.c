#include "rate.h"

struct rate rate_of(uint64_t interval, unsigned burst, uint64_t now)
{
    uint64_t capacity = interval * burst;
    return (struct rate){.interval = interval, .capacity = capacity, .credit = capacity, .last = now};
}

bool rate_take(struct rate *rate, uint64_t now)
{
    uint64_t gained = now - rate->last;
    uint64_t missing = rate->capacity - rate->credit;
    rate->credit += gained < missing ? gained : missing;
    rate->last = now;
    if (rate->credit < rate->interval) {
        return false;
    }
    rate->credit -= rate->interval;
    return true;
}
