/*
 * The agent's system call filter, made of the table in seccomp_table.def. The tests run the program of both
 * architectures over every call number.
 */
#ifndef OPENSHELL_SECCOMP_H
#define OPENSHELL_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

enum seccomp_architecture {
    SECCOMP_X86_64,
    SECCOMP_AARCH64,
    SECCOMP_ARCHITECTURES,
};

#if defined(__x86_64__)
#define SECCOMP_OWN_ARCHITECTURE SECCOMP_X86_64
#else
#define SECCOMP_OWN_ARCHITECTURE SECCOMP_AARCH64
#endif

/* The number of a call that an architecture does not have. */
#define SECCOMP_ABSENT UINT32_MAX

#define SECCOMP_SET_SIZE 5
/* Values that may be, of the bits in the mask. */
struct value_set {
    uint32_t mask;
    uint32_t count;
    uint32_t values[SECCOMP_SET_SIZE];
};

/* What the low 32 bits of an argument are compared with: the kernel ignores the rest for all calls of the table. */
enum argument_test {
    TEST_NONE,
    TEST_EQUALS,
    TEST_ANY_BIT,
    TEST_NONE_OF,
};

struct argument_condition {
    enum argument_test test;
    uint32_t argument;
    uint32_t value;
    const struct value_set *set;
};

#define SECCOMP_CONDITIONS 2
/* One refused call; with conditions only when all of them hold. */
struct refusal {
    const char *name;
    uint32_t numbers[SECCOMP_ARCHITECTURES];
    uint32_t error;
    struct argument_condition conditions[SECCOMP_CONDITIONS];
};

extern const struct refusal seccomp_refusals[];
extern const size_t seccomp_refusal_count;

#define SECCOMP_MAX_INSTRUCTIONS 1024

struct seccomp_program {
    struct k_sock_filter instructions[SECCOMP_MAX_INSTRUCTIONS];
    uint16_t length;
};

/* Makes the program of the table for one architecture; false when it does not fit. */
bool seccomp_compile(struct seccomp_program *program, enum seccomp_architecture architecture);

/* Installs it in the calling process and checks that it is on; 0 or an errno. Needs no_new_privs. */
int seccomp_install(struct seccomp_program *program);

#endif
