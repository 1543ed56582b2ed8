/*
 * A sandbox in a container that an engine has made: its root is the image's and its network namespace, which must have
 * nothing but the loopback, is the engine's. Nothing here takes CAP_SYS_ADMIN or CAP_NET_ADMIN.
 */
#ifndef OPENSHELL_CONTAINED_H
#define OPENSHELL_CONTAINED_H

#include "report.h"
#include "spec.h"

/* Dies unless this is the first process of a container, as its root, with the capabilities that the launcher needs. */
void contained_verify(struct report *report);

/*
 * Makes the read-write directories and those of the spec's mounts that the image lacks, which then belong to the agent,
 * and writes the spec's files. An existing path keeps its owner. No link is followed.
 */
void contained_prepare(const struct launch_spec *spec, struct report *report);

#endif
