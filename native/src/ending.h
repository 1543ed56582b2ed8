/* The end of a container's sandbox that its engine asks for, by SIGTERM to the first process. */
#ifndef OPENSHELL_ENDING_H
#define OPENSHELL_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "spawns.h"

/* What the first process then ends with, as if the signal had ended it. */
#define EXIT_ASKED (128 + 15)

struct ending {
    bool begun;
    uint64_t patience_ends; /* nanoseconds of CLOCK_MONOTONIC; 0 once there is none left */
};

/* Before there is anything to end, the first process of a container just goes: a signal that it does not take is lost. */
void ending_at_once(void);

/* Asks every command to end; asked again, nothing more happens. */
void ending_begin(struct ending *ending, struct spawns *spawns);

/* How long to wait at most, in milliseconds, -1 for ever. */
int ending_wait(const struct ending *ending);

/* Ends the commands that have been given the time to end and have not. */
void ending_progress(struct ending *ending, struct spawns *spawns);

#endif
