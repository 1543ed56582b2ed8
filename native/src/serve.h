/* What init does once the sandbox is built: it serves the supervisor, the agent's processes and the bypass filter. */
#ifndef OPENSHELL_SERVE_H
#define OPENSHELL_SERVE_H

#include <stdbool.h>

#include "bypass.h"
#include "ending.h"
#include "init.h"
#include "network.h"
#include "spawns.h"
#include "wire.h"

/* Everything the serving loop works with. */
struct service {
    struct init *init;
    struct network network;
    struct confinement confinement;
    struct spawns spawns;
    struct bypass bypass;
    struct frame_reader reader;
    struct writer ready; /* what READY said; a supervisor that comes back is told again */
    struct ending ending;
    int signals; /* signalfd for SIGCHLD, and for SIGTERM in a container */
    bool supervised;
};

/* Whether the sandbox goes on without its supervisor, until another comes. */
bool serve_outlives_supervisor(const struct service *service);

/* Whether anybody is left to serve, or to wait for. */
bool serve_goes_on(const struct service *service);

/* Waits until something happens, and sees to it. */
void serve_once(struct service *service);

/* Kills what is left of the sandbox. The kernel does the same when pid 1 ends; this way it is orderly. */
_Noreturn void serve_end(const struct service *service);

#endif
