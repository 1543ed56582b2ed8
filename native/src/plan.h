/*
 * The declared mounts, made ready while the host's root is still there: sources opened and cloned
 * as detached trees with their attributes set, root-level links of merged-usr hosts found.
 */
#ifndef OPENSHELL_PLAN_H
#define OPENSHELL_PLAN_H

#include "report.h"
#include "spec.h"

/* The directory that is bound id-mapped; opened by the outer process, so that what was looked at is what is bound. */
struct workdir {
    int directory; /* O_PATH; -1 when the spec has none */
    int id_map;    /* user namespace for the mount; -1 when the ids are right already */
};

struct planned_mount {
    uint8_t kind;
    const char *path;
    int tree; /* detached tree; -1 for kinds without a source and for /etc, which becomes an overlay */
    bool is_directory;
    bool optional;
    bool is_etc;
};

struct root_link {
    char *name;   /* beneath / */
    char *target; /* as in the link */
};

struct mount_plan {
    struct planned_mount *mounts; /* parents first */
    size_t mount_count;
    struct root_link *links;
    size_t link_count;
};

/* Opens the workdir of the spec and, where its owner is somebody else, prepares the id mapping. */
struct workdir plan_workdir(const struct launch_spec *spec, bool user_namespace, struct report *report);

/* Must run in the new mount namespace, before anything is mounted. A declared "/" is expanded in the spec. */
void plan_mounts(struct launch_spec *spec, const struct workdir *workdir, struct mount_plan *plan,
                 struct report *report);

/* True for what the sandbox has of its own (/proc, /dev and its standard devices) and never from the host. */
bool plan_is_provided(const char *path);

/* Reads a symbolic link at a directory; NULL and errno. The caller frees. */
char *plan_read_link(int directory, const char *name);

#endif
