/* Which socket of the agent's namespace is the other end of a connection, and which processes hold it. */
#ifndef OPENSHELL_SOCKETS_H
#define OPENSHELL_SOCKETS_H

#include <sys/types.h>

#include "spec.h"

/*
 * The inode of the connected TCP socket with exactly this tuple, by an exact sock_diag query.
 * 0 or an errno; ENOENT when there is none.
 */
int sockets_find(int sock_diag, const struct endpoint *agent, const struct endpoint *proxy, uint64_t *inode);

#define OWNERS_MAX 64

struct owners {
    pid_t pids[OWNERS_MAX];
    size_t count;     /* may be more than there is room for */
    pid_t unreadable; /* with an error: the process whose descriptors cannot be seen */
};

/*
 * Lists the processes of the sandbox, other than init, that hold a descriptor of the socket. Threads with a descriptor
 * table of their own count. 0 or an errno: a process that cannot be looked into might be an owner.
 */
int sockets_owners(uint64_t inode, struct owners *owners);

#endif
