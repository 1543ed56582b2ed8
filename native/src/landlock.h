/* Landlock: init probes, opens every path and builds the ruleset; each child restricts itself with it. */
#ifndef OPENSHELL_LANDLOCK_H
#define OPENSHELL_LANDLOCK_H

#include "report.h"
#include "spec.h"

/* What a child restricts itself with. */
struct landlock {
    int ruleset;      /* -1: Landlock is not applied, as the report says */
    int forbidden;    /* what no rule lets the agent open, for the child to see that it is restricted */
    bool contained;   /* then that is a file, to be written; else a directory, to be read */
    uint32_t abi;     /* the one that is used */
    unsigned flags;   /* of landlock_restrict_self(2) */
    bool tcp_to_proxy_only;
};

/* The ABI that the running kernel offers; 0 and errno when it has none. */
int landlock_probe(void);

/* Why a kernel offers no Landlock, from the errno of the probe. */
const char *landlock_absence(int error);

/* Ends the launcher because a path of the policy cannot be opened in hard_requirement mode. */
_Noreturn void landlock_path_fatal(const char *path, const char *reason, int error);

/*
 * Builds the ruleset for the spec's paths inside the new root. Dies where hard_requirement is not met; with
 * best_effort the report says what could not be done.
 */
void landlock_prepare(const struct launch_spec *spec, struct landlock *landlock, struct report *report);

/* Restricts the calling process, if there is a ruleset, and sees that it is in force; 0 or an errno. */
int landlock_restrict(const struct landlock *landlock);

#endif
