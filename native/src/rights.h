/* What each version of Landlock's interface can restrict. */
#ifndef OPENSHELL_RIGHTS_H
#define OPENSHELL_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

/* The newest version that the table knows. A newer kernel has all of it. */
#define RIGHTS_NEWEST_ABI 10

struct rights {
    uint64_t files;   /* handled_access_fs */
    uint64_t network; /* handled_access_net */
    uint64_t scopes;  /* scoped */
    unsigned flags;   /* of landlock_restrict_self(2) */
};

/* Everything that a kernel with this ABI can restrict and the table knows; nothing for 0 and below. */
struct rights rights_of(int abi);

/* True when TCP ports can be restricted. */
bool rights_know_tcp(int abi);

#endif
