/* Where a socket address leads, seen from the agent's network namespace. */
#ifndef OPENSHELL_DESTINATION_H
#define OPENSHELL_DESTINATION_H

#include "spec.h"

/* The kernel's struct sockaddr_storage; a longer address is refused with EINVAL. */
#define DESTINATION_MAX_LENGTH 128u

enum destination_kind {
    DESTINATION_NONE,    /* no internet address, or one that the kernel refuses as malformed */
    DESTINATION_INSIDE,  /* the agent's own namespace: loopback, or its own address */
    DESTINATION_PROXY,   /* 10.200.0.1:3128 */
    DESTINATION_OUTSIDE, /* anything else: the namespace has no way there */
};

enum destination_use {
    USE_CONNECT,
    USE_SENDTO,
};

/* Judges a socket address as the kernel would read it; the endpoint is set unless the kind is DESTINATION_NONE. */
enum destination_kind destination_judge(enum destination_use use, const uint8_t *address, size_t length,
                                        struct endpoint *endpoint);

#endif
