#include "ending.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND 1000000ull

/* As long as a command has when its time is over, see RunningCommand. */
#define GRACE (100 * MILLISECOND)

static uint64_t now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static void leave(int number)
{
    _exit(128 + number);
}

void ending_at_once(void)
{
    if (getpid() == 1) {
        (void)signal(SIGTERM, leave);
    }
}

void ending_begin(struct ending *ending, struct spawns *spawns)
{
    if (ending->begun) {
        return;
    }
    *ending = (struct ending){.begun = true, .patience_ends = now() + GRACE};
    spawns->asked_to_end = true;
    spawns_signal_all(spawns, SIGTERM);
}

int ending_wait(const struct ending *ending)
{
    if (ending->patience_ends == 0) {
        return -1;
    }
    uint64_t at = now();
    /* Rounded up: not to be asked a moment too early, over and over. */
    return at >= ending->patience_ends ? 0 : (int)((ending->patience_ends - at + MILLISECOND - 1) / MILLISECOND);
}

void ending_progress(struct ending *ending, struct spawns *spawns)
{
    if (ending->patience_ends != 0 && now() >= ending->patience_ends) {
        ending->patience_ends = 0;
        spawns_signal_all(spawns, SIGKILL);
    }
}
