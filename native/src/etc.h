/*
 * /etc of the sandbox: the host's, with the files of the launch spec laid over it and the host's
 * secrets left out, all without touching the host.
 */
#ifndef OPENSHELL_ETC_H
#define OPENSHELL_ETC_H

#include "place.h"
#include "report.h"

/*
 * Mounts a read-only overlay of the host's /etc at etc/ of the new root, which is the current
 * directory. `staging` is the path of the staging directory. The files of the spec that belong
 * there are written; the others are left to place_file().
 */
void etc_mount(const struct launch_spec *spec, struct new_root *root, const char *staging, bool user_namespace,
               struct report *report);

/* True when etc_mount() writes this file. */
bool etc_holds(const struct file_spec *file);

#endif
