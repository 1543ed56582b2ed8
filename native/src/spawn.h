/* Starting one agent process: fork, confinement in the reference's order, exec. */
#ifndef OPENSHELL_SPAWN_H
#define OPENSHELL_SPAWN_H

#include <sys/types.h>

#include "landlock.h"
#include "seccomp.h"
#include "spec.h"

/* What every child gets; made once by init, before any child exists. */
struct confinement {
    bool contained; /* every process is in the agent's network namespace from the beginning */
    int agent_namespace;
    struct landlock landlock;
    struct seccomp_program program;
    uint32_t uid;
    uint32_t gid;
    bool user_namespace;
};

/* In the order in which the child takes them; its last word is SPAWN_EXEC, which only comes when exec failed. */
enum spawn_step {
    SPAWN_SESSION,
    SPAWN_MEMORY_SCORE,
    SPAWN_STREAMS,
    SPAWN_NETWORK,
    SPAWN_GROUPS,
    SPAWN_BOUNDING_SET,
    SPAWN_USER,
    SPAWN_CAPABILITIES,
    SPAWN_CORE_DUMPS,
    SPAWN_NO_NEW_PRIVILEGES,
    SPAWN_LANDLOCK,
    SPAWN_DESCRIPTORS,
    SPAWN_DIRECTORY,
    SPAWN_SIGNALS,
    SPAWN_SECCOMP,
    SPAWN_EXEC,
    SPAWN_STEP_COUNT,
};

/* What the child writes into its status pipe after each step; exec closes the pipe. */
struct spawn_status {
    int32_t step;
    int32_t error;
};

struct spawned {
    pid_t pid;
    int status; /* read end of the status pipe, non-blocking */
    int master; /* pseudo-terminal, or -1 */
};

/* 0, or an errno with the name of what failed. */
int spawn_start(struct confinement *confinement, const struct spawn_spec *spec, const int streams[3],
                struct spawned *spawned, const char **failed);

/* What a confined child does in place of executing a program; `status` is the pipe's write end. */
struct scene;
struct probe {
    void (*run)(const struct scene *scene, int status);
    const struct scene *scene;
};

/*
 * Starts the probe: a child confined by the very function that confines every agent process. Its streams are
 * `null`, a descriptor above 2. 0, or an errno with the name of what failed.
 */
int spawn_probe(struct confinement *confinement, const struct probe *probe, int null, struct spawned *spawned,
                const char **failed);

/* Name of a step, and what it means here. */
const char *spawn_step_name(int step);
void spawn_step_detail(const struct confinement *confinement, int step, char *text, size_t size);

int spawn_resize(int master, uint32_t rows, uint32_t columns);

#endif
