/*
 * The agent's system call filter. The table below is meant to be read next to the reference's section
 * "Seccomp Filters"; the tests run the program that is made of it over every call number.
 */
#ifndef OPENSHELL_SECCOMP_H
#define OPENSHELL_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

/* What the low 32 bits of an argument are compared with: the kernel ignores the rest for all calls below. */
enum argument_test {
    TEST_NONE,
    TEST_EQUALS,
    TEST_ANY_BIT,
    TEST_OTHER_FAMILY, /* not one of the socket families that are allowed */
};

struct argument_condition {
    enum argument_test test;
    unsigned argument;
    uint32_t value;
};

/* One refused call; with conditions only when all of them hold. */
struct refusal {
    const char *name;
    uint32_t number;
    uint32_t error;
    struct argument_condition conditions[2];
};

extern const struct refusal seccomp_refusals[];
extern const size_t seccomp_refusal_count;

/* Socket families that may be used. */
extern const uint32_t seccomp_families[];
extern const size_t seccomp_family_count;

#define SECCOMP_MAX_INSTRUCTIONS 1024

struct seccomp_program {
    struct k_sock_filter instructions[SECCOMP_MAX_INSTRUCTIONS];
    uint16_t length;
};

/* Makes the program of the table; false when it does not fit. */
bool seccomp_compile(struct seccomp_program *program);

/* Installs it in the calling process and checks that it is on; 0 or an errno. Needs no_new_privs. */
int seccomp_install(struct seccomp_program *program);

#endif
