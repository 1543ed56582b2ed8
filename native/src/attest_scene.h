/*
 * What the probe's attempts need around them, so that each would succeed but for the layer that it is about: files
 * that the sandbox's user owns but no rule allows, processes and sockets outside the sandbox's Landlock domain.
 */
#ifndef OPENSHELL_ATTEST_SCENE_H
#define OPENSHELL_ATTEST_SCENE_H

#include <limits.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "network.h"
#include "spawn.h"

#define SCENE_DEVICE_SIZE 32

struct scene {
    const struct launch_spec *spec;
    const struct network *network;
    uint64_t started; /* when it was begun: its making is part of what the attestation costs */
    uint32_t landlock_abi; /* in force, 0 for none */
    bool tcp_to_proxy_only;
    uint32_t uid;
    uint32_t gid;
    bool user_namespace;
    bool contained; /* the places are folders of the container's, for nothing can be mounted */
    bool has_ipv6;
    char outside[PATH_MAX];   /* directory of the user's that no rule covers; "" when every directory is covered */
    char read_only[PATH_MAX]; /* directory of the user's that only read-only rules cover; "" when there is none */
    char device[SCENE_DEVICE_SIZE]; /* device without a right to ioctl; "" when there is none */
    int listeners[2]; /* abstract Unix sockets: SCENE_HIDDEN and SCENE_REACHABLE */
    pid_t bystander; /* a process of the sandbox's user that is in no Landlock domain */
    int null;        /* /dev/null, for the probe's streams */
};

/* Names in both places. */
#define SCENE_FILE "file"
#define SCENE_REMOVED "removed"
#define SCENE_RENAMED "renamed"
#define SCENE_CONTENT "attestation"

/* Name of a place in a container. */
#define SCENE_FOLDER ".openshell-attestation"

/* Abstract Unix sockets that init listens on, in the gate's network namespace and in the agent's. */
#define SCENE_HIDDEN "openshell-attestation-hidden"
#define SCENE_REACHABLE "openshell-attestation-reachable"

/* The address of an abstract Unix socket; returns its length. */
socklen_t scene_address(const char *name, struct sockaddr_un *address);

/* True for a path beneath a place of the scene. */
bool scene_hides(const struct scene *scene, const char *path);

/* Microseconds of the monotonic clock. */
uint64_t scene_microseconds(void);

/* Builds the scene, while init still has all its capabilities. */
void scene_build(struct scene *scene, const struct launch_spec *spec, const struct network *network,
                 const struct confinement *confinement);

/* Leaves nothing of it behind. */
void scene_remove(struct scene *scene);

#endif
