/*
 * A supervisor that comes back: what it left with us, who may come for it, and how it is greeted. Nothing that a
 * stranger at this door sends can harm the sandbox: it is turned away, and the sandbox goes on.
 */
#ifndef OPENSHELL_RESUME_H
#define OPENSHELL_RESUME_H

#include <sys/types.h>

#include "control.h"

#define RESUME_MAX_STATE (1024u * 1024)

/* What comes with LAUNCH for it: descriptors, or -1 each. */
struct resume_door {
    int listener;
    int home; /* the pid namespace that supervisors live in */
};

struct resume {
    int listener; /* -1 when nobody can come back */
    dev_t home_device; /* of the door's home, which stays open: its number is no other namespace's meanwhile */
    ino_t home_inode;
    struct bytes keep; /* the last KEEP frame's payload; ours */
    struct bytes state; /* within it */
    uint32_t supervisor; /* its process id, as its user knows it; 0 before the first KEEP */
    int candidate; /* connected, but has not shown yet who it is; -1 for none */
    struct frame_reader reader;
    int64_t deadline; /* of the candidate, in milliseconds of the monotonic clock */
};

/* Checks what came, and notes whose namespace it is. */
void resume_prepare(struct resume *resume, const struct resume_door *door);

/* For a process that has no use for it. */
void resume_close_door(const struct resume_door *door);

/* Keeps what a KEEP frame holds, in place of what was kept before, and takes the payload out of the frame. */
bool resume_keep(struct resume *resume, struct frame *frame, struct problem *problem);

/* Which descriptor to wait for, the listener or the candidate, or -1; and how long at most, in milliseconds, -1 for ever. */
int resume_polled(const struct resume *resume);
int resume_timeout(const struct resume *resume);

/*
 * Goes on with whoever is at the door. Returns the connection of a supervisor that has shown that it is one, or -1;
 * the caller owns it.
 */
int resume_progress(struct resume *resume, bool supervised);

/* Drops a candidate whose time is up. */
void resume_expire(struct resume *resume);

/* HELLO, as the first word on any connection. */
bool resume_say_hello(int control);

/* Adds what RESUMED has beyond READY. */
void resume_put_state(const struct resume *resume, struct writer *payload);

#endif
