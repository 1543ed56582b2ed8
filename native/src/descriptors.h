/* Whether a process holds a descriptor of a socket. */
#ifndef OPENSHELL_DESCRIPTORS_H
#define OPENSHELL_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct wanted {
    uint64_t inode;
    char text[48]; /* what /proc/PID/fd/N leads to */
    size_t length;
};

struct wanted wanted_socket(uint64_t inode);

/*
 * Looks into the descriptor table of a process, and into those of threads that have one of their own. `processes` is
 * /proc, opened. 0 and the answer, or an errno when it cannot be told; a process that has gone meanwhile holds nothing.
 */
int descriptors_hold(int processes, pid_t pid, const struct wanted *wanted, bool *holds);

#endif
