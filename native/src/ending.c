#include "ending.h"

#include <signal.h>
#include <unistd.h>

#include "monotonic.h"

#define MILLISECOND 1000000ull

/* As long as a command has when its time is over, see RunningCommand. */
#define GRACE (100 * MILLISECOND)

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
    *ending = (struct ending){.begun = true, .patience_ends = monotonic_nanoseconds() + GRACE};
    spawns->asked_to_end = true;
    spawns_signal_all(spawns, SIGTERM);
}

int ending_wait(const struct ending *ending)
{
    if (ending->patience_ends == 0) {
        return -1;
    }
    uint64_t at = monotonic_nanoseconds();
    /* Rounded up: not to be asked a moment too early, over and over. */
    return at >= ending->patience_ends ? 0 : (int)((ending->patience_ends - at + MILLISECOND - 1) / MILLISECOND);
}

void ending_progress(struct ending *ending, struct spawns *spawns)
{
    if (ending->patience_ends != 0 && monotonic_nanoseconds() >= ending->patience_ends) {
        ending->patience_ends = 0;
        spawns_signal_all(spawns, SIGKILL);
    }
}
