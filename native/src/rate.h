/* A token bucket: how often something may happen. */
#ifndef OPENSHELL_RATE_H
#define OPENSHELL_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
    uint64_t interval; /* nanoseconds until another token is there */
    uint64_t capacity; /* nanoseconds' worth of tokens that are kept at most: the burst */
    uint64_t credit;
    uint64_t last;
};

/* A full bucket. */
struct rate rate_of(uint64_t interval, unsigned burst, uint64_t now);

/* Takes a token if there is one. `now` is in nanoseconds and never goes back. */
bool rate_take(struct rate *rate, uint64_t now);

#endif
