/* The Landlock ruleset: prepared by init, applied by each child. */
#ifndef OPENSHELL_LANDLOCK_H
#define OPENSHELL_LANDLOCK_H

#include "report.h"
#include "spec.h"

/* The ABI that the running kernel offers; 0 and errno when it has none. */
int landlock_probe(void);

/*
 * Builds the ruleset for the spec's paths inside the new root. Returns its descriptor, or -1 when
 * Landlock is off or, with best_effort, cannot be applied (the report says so).
 */
int landlock_prepare(const struct launch_spec *spec, struct report *report);

/* Restricts the calling process; 0 or an errno. */
int landlock_restrict(int ruleset);

#endif
