/* /dev of the sandbox: a handful of harmless devices, a devpts instance of its own, shared memory. */
#ifndef OPENSHELL_DEVICES_H
#define OPENSHELL_DEVICES_H

#include "place.h"
#include "report.h"

#define DEVICE_COUNT 6

struct devices {
    int trees[DEVICE_COUNT];
};

/* Clones the host's device nodes, while the host's root is still there. */
void devices_open(struct devices *devices);

/* Builds dev/ in the current directory, which is the new root. */
void devices_mount(const struct devices *devices, struct new_root *root, const struct launch_spec *spec,
                   struct report *report);

/* The names of the device nodes in /dev. */
extern const char *const device_names[DEVICE_COUNT];

#endif
