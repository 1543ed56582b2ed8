/* What the kernel has killed in this container because its memory ran out. */
#ifndef OPENSHELL_OOM_KILLS_H
#define OPENSHELL_OOM_KILLS_H

#include <stdint.h>

/*
 * How many processes, since the container was started. Only what its own limit is the reason of counts, not a machine that
 * is short of memory. 0 when the container cannot see its control group.
 */
uint64_t oom_kills(void);

/* As above, with the control groups mounted elsewhere and another list of those that this process is in. */
uint64_t oom_kills_in(const char *mount, const char *membership);

#endif
