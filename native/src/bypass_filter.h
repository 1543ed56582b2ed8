/*
 * The filter that makes the kernel tell init of every connect(2) and of every sendto(2) with an address. It refuses
 * nothing: a call of another architecture is allowed here too, because seccomp.c's filter kills it.
 */
#ifndef OPENSHELL_BYPASS_FILTER_H
#define OPENSHELL_BYPASS_FILTER_H

#include "abi.h"

/* What differs between the architectures. */
struct bypass_architecture {
    uint32_t audit;
    uint32_t connect;
    uint32_t sendto;
};
extern const struct bypass_architecture bypass_x86_64;
extern const struct bypass_architecture bypass_aarch64;

#define BYPASS_FILTER_LENGTH 11

struct bypass_filter {
    struct k_sock_filter instructions[BYPASS_FILTER_LENGTH];
};

struct bypass_filter bypass_filter_for(const struct bypass_architecture *architecture);

/*
 * Installs the filter of this architecture in the caller, whose children inherit it. Needs CAP_SYS_ADMIN in the user
 * namespace, or no_new_privs. 0 with the listener, which closes itself at exec; or an errno.
 */
int bypass_filter_install(int *listener);

#endif
