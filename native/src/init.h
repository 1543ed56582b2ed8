/* The sandbox's first process: builds the sandbox, then serves the supervisor until either ends. */
#ifndef OPENSHELL_INIT_H
#define OPENSHELL_INIT_H

#include "plan.h"
#include "resume.h"

struct init {
    int control; /* -1 while no supervisor is there */
    int outer; /* read end of a pipe that the outer process holds; its end is ours. -1 in a container: there is none */
    bool user_namespace;
    struct launch_spec *spec;
    struct workdir workdir;
    struct report *report;
    struct resume resume;
};

/* Runs as pid 1 of the new pid namespace, or of the container. */
_Noreturn void init_run(struct init *init);

#endif
