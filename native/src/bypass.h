/*
 * Attempts of the agent to reach the network beside the proxy, for the record. See
 * docs/adr/0014-bypass-attempts-are-seen-by-a-notification.md.
 *
 * The kernel stops each connect(2) and sendto(2) of the agent until init has answered, and init's answer is always
 * "go on". So this decides nothing. What it reads of the caller may change a moment later, which does not matter:
 * whatever the address is by then, the agent's network namespace has no way to anywhere but the gate.
 */
#ifndef OPENSHELL_BYPASS_H
#define OPENSHELL_BYPASS_H

#include "abi.h"
#include "rate.h"
#include "report.h"

#define BYPASS_NOTIF_SIZE 256

struct bypass {
    int listener; /* -1: attempts are not seen */
    int error;    /* why not */
    struct rate rate;
    uint32_t suppressed;        /* attempts that the supervisor has not been told of */
    struct writer first;        /* the frame of the first of these; there is one when `suppressed` is not 0 */
    uint64_t first_at;
    struct k_seccomp_notif_sizes sizes;
    _Alignas(struct k_seccomp_notif) uint8_t call[BYPASS_NOTIF_SIZE];
    _Alignas(struct k_seccomp_notif_response) uint8_t response[BYPASS_NOTIF_SIZE];
};

/*
 * Begins to watch all children that the caller starts from now on. The caller itself is under the filter as well, so
 * it must never connect(2) or sendto(2) with an address again: nobody would answer. A kernel that cannot do this is
 * reported, and no error: the sandbox confines without it.
 */
void bypass_begin(struct bypass *bypass, struct report *report);

/*
 * One round of init's loop: answers a notification when the listener is readable, only one, so that an agent that
 * makes many holds up nothing else; never blocks. An attempt is told to the supervisor (-1: there is none) unless
 * there were many of late or it does not keep up. If no attempt comes along for a while that would tell of those that
 * were left out, they are told here.
 */
void bypass_serve(struct bypass *bypass, int control, bool readable);

/* As bypass_serve(), for a process whose attempts are not the agent's: nothing is looked at or counted. */
void bypass_pass(struct bypass *bypass);

/* Milliseconds after which bypass_serve() may have something to tell, for poll(2); -1 when it has not. */
int bypass_wait(const struct bypass *bypass);

/* Tells of what was left out, waiting for the supervisor if need be: before it hears that a command has ended. */
void bypass_tell_now(struct bypass *bypass, int control);

#endif
