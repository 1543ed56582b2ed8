/* Which process of a sandbox the kernel kills when memory runs out. */
#ifndef OPENSHELL_OOM_H
#define OPENSHELL_OOM_H

#include <stdbool.h>

/* By how much a command's score is above the launcher's: thousandths of the memory that ran out. */
#define OOM_RAISE 200

/*
 * Makes the calling child, and whatever it starts, a better choice than the launcher, whose end would be that of the
 * sandbox. Verified by reading back. 0 or an errno.
 */
int oom_raise_score(bool user_namespace);

#endif
