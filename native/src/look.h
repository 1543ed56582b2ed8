/* What the supervisor asks before it decides what to launch: what an image's root has. */
#ifndef OPENSHELL_LOOK_H
#define OPENSHELL_LOOK_H

#include "wire.h"

/* The longest file that is read: /etc/passwd of a whole company. */
#define LOOK_MAX_CONTENT (1024u * 1024)

/* The most files and directories of one directory that are told. */
#define LOOK_MAX_ENTRIES 256u

/* Answers LOOK: what lies at the paths, what some files hold, and what is in some directories. False, with a problem, when it is none. */
bool look_answer(struct bytes payload, struct writer *answer, struct problem *problem);

#endif
