/* The agent processes that init has started: their progress up to exec, their end, their terminals. */
#ifndef OPENSHELL_SPAWNS_H
#define OPENSHELL_SPAWNS_H

#include "spawn.h"

#define SPAWNS_MAX 256
#define SPAWN_NAME_SIZE 256

enum spawn_state {
    SPAWN_FREE = 0,
    SPAWN_STARTING, /* between fork and exec */
    SPAWN_RUNNING,
    SPAWN_BROKEN, /* told to the supervisor as failed */
};

struct spawn {
    enum spawn_state state;
    uint32_t id;
    pid_t pid;
    bool reaped; /* has ended; kept for a supervisor that comes back, until the place is needed */
    int wait_status; /* of one that was reaped */
    int status;
    int master;
    bool passed[SPAWN_STEP_COUNT];
    int last_step;
    int error; /* of last_step, 0 while all is well */
    char program[SPAWN_NAME_SIZE];   /* as asked for, perhaps cut: for messages */
    char directory[SPAWN_NAME_SIZE];
};

struct spawns {
    int control; /* -1 while no supervisor is there */
    bool remembers; /* what has ended is kept */
    bool asked_to_end; /* by somebody outside, and not by the supervisor */
    struct confinement *confinement;
    struct spawn all[SPAWNS_MAX];
};

/* Starts what a SPAWN frame asks for and takes its descriptors. False when the frame is not allowed. */
bool spawns_start(struct spawns *spawns, struct frame *frame, struct problem *problem);

/* Reads the status pipe of a starting process; answers STARTED or SPAWN_FAILED when it is known. */
void spawns_progress(struct spawns *spawns, struct spawn *spawn);

/* Whether a child of init is the first process of a spawn. */
bool spawns_has(const struct spawns *spawns, pid_t pid);

/* Takes the end of a child of init, if it is the first process of a spawn. */
void spawns_reaped(struct spawns *spawns, pid_t pid, int status);

/* False when the supervisor names a spawn that it never started or that has ended: nothing to do, no error. */
bool spawns_signal(struct spawns *spawns, const struct signal_spec *spec);
bool spawns_resize(struct spawns *spawns, const struct resize_spec *spec);

/* Sends a signal to the process group of each that has not ended. */
void spawns_signal_all(const struct spawns *spawns, int signal);

size_t spawns_alive(const struct spawns *spawns);

/* Adds the id of every spawn of which spawns_tell_again() will tell. */
void spawns_put_ids(const struct spawns *spawns, struct writer *payload);

/* A supervisor is there again: tells it of everything that was started, and of how it ended. */
void spawns_tell_again(struct spawns *spawns, int control);

#endif
