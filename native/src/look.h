/* What the supervisor asks before it decides what to launch: what an image's root has. */
#ifndef OPENSHELL_LOOK_H
#define OPENSHELL_LOOK_H

#include "wire.h"

/* The longest file that is read: /etc/passwd of a whole company. */
#define LOOK_MAX_CONTENT (1024u * 1024)

/* Answers LOOK: what lies at the paths, and what some files hold. False, with a problem, when it is none. */
bool look_answer(struct bytes payload, struct writer *answer, struct problem *problem);

#endif
