/* Answers to the supervisor's questions about processes and paths of the sandbox. */
#ifndef OPENSHELL_IDENTITY_H
#define OPENSHELL_IDENTITY_H

#include <sys/types.h>

#include "spec.h"

enum identity_status {
    IDENTITY_OK = 0,
    IDENTITY_NO_SOCKET = 1,
    IDENTITY_NO_OWNER = 2,
    IDENTITY_ERROR = 3,
};

/* Writes the payload of IDENTITY. */
void identity_answer(int sock_diag, const struct identify_spec *spec, struct writer *answer);

/*
 * Writes who a thread of the agent is: fields 1 to 3 as those of an owner, and at most `ancestors` ancestors as fields
 * 10. Where it cannot be found out the executable's path is empty.
 */
void identity_put_caller(pid_t thread, size_t ancestors, struct writer *writer);

/* Writes the payload of EXE; the descriptor to send along, or -1. */
int identity_open_exe(const struct open_exe_spec *spec, struct writer *answer);

/* Writes the payload of RESOLVED. */
void identity_resolve(const struct resolve_spec *spec, struct writer *answer);

#endif
