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

/*
 * Lists the processes of the sandbox, other than init, that hold a descriptor of the socket. Returns how
 * many there are, at most `room` of which are in `owners`. Threads with a descriptor table of their own count.
 */
size_t sockets_owners(uint64_t inode, pid_t *owners, size_t room);

#endif
