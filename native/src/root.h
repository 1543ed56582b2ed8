/* The sandbox's root: a tmpfs that holds the declared paths and nothing else. */
#ifndef OPENSHELL_ROOT_H
#define OPENSHELL_ROOT_H

#include "plan.h"

/*
 * Builds the new root, enters it and lets go of the host's. Must run in the new mount namespace, as
 * the first process of the new pid namespace (for /proc).
 */
void root_build(struct launch_spec *spec, const struct workdir *workdir, bool user_namespace, struct report *report);

/* Once the root is made, nobody keeps a way to the host's directory open. */
void root_close_workdir(const struct workdir *workdir);

#endif
