/* User, pid, mount, ipc and uts namespaces, made by the outer process. */
#ifndef OPENSHELL_NAMESPACES_H
#define OPENSHELL_NAMESPACES_H

#include "report.h"
#include "spec.h"

/*
 * Without root: enters a user namespace in which the caller appears as the sandbox's uid and gid.
 * Returns true when it did, false when the caller is root and none is needed.
 */
bool namespaces_become_user(const struct launch_spec *spec, struct report *report);

/* Without root: enters a user namespace in which the caller keeps its ids. With root: does nothing. */
void namespaces_keep_user(void);

/* Unshares mount, ipc and uts: paths that are opened from now on are those of the new mount namespace. */
void namespaces_unshare(struct report *report);

/* Unshares pid: the next child is the first process of the new namespace. */
void namespaces_unshare_pid(void);

/* The host name of the uts namespace. */
void namespaces_name(const struct launch_spec *spec, struct report *report);

/*
 * A user namespace that maps one uid and one gid, for an id-mapped mount: what is owned by
 * `disk` on the file system appears as `seen`. Needs root. Returns a descriptor, or -1 and errno.
 */
struct id_pair {
    uint32_t disk;
    uint32_t seen;
};
int namespaces_id_map(struct id_pair uid, struct id_pair gid);

/* Why an ordinary user gets no user namespace here, and the ways on: the setting found to be the cause, by name. */
const char *namespaces_remedy(int error);

#endif
