/* Runs a filter as the kernel would, and refuses what the kernel's checker would refuse. */
#ifndef OPENSHELL_FILTER_MACHINE_H
#define OPENSHELL_FILTER_MACHINE_H

#include <string.h>

#include "check.h"
#include "seccomp.h"

/* Only known instructions, every jump inside, loads of whole words of the data, a return at the end. */
static inline void filter_check(const struct seccomp_program *program)
{
    CHECK(program->length > 0 && program->length <= SECCOMP_MAX_INSTRUCTIONS);
    for (size_t at = 0; at < program->length; at++) {
        const struct k_sock_filter *i = &program->instructions[at];
        size_t rest = program->length - at - 1;
        switch (i->code) {
        case K_BPF_LD_W_ABS:
            CHECK(i->k % 4 == 0 && i->k + 4 <= sizeof(struct k_seccomp_data) && i->jt == 0 && i->jf == 0);
            break;
        case K_BPF_ALU_AND_K:
        case K_BPF_RET_K:
            CHECK(i->jt == 0 && i->jf == 0);
            break;
        case K_BPF_JMP_JEQ_K:
        case K_BPF_JMP_JGE_K:
        case K_BPF_JMP_JSET_K:
            CHECK(i->jt < rest && i->jf < rest);
            break;
        default:
            CHECK(!"an instruction that a filter may have");
        }
    }
    CHECK_EQUALS(program->instructions[program->length - 1].code, K_BPF_RET_K);
}

static inline uint32_t filter_run(const struct seccomp_program *program, const struct k_seccomp_data *data)
{
    uint32_t accumulator = 0;
    for (size_t at = 0; at < program->length; at++) {
        const struct k_sock_filter *i = &program->instructions[at];
        switch (i->code) {
        case K_BPF_LD_W_ABS:
            memcpy(&accumulator, (const char *)data + i->k, sizeof accumulator);
            break;
        case K_BPF_ALU_AND_K:
            accumulator &= i->k;
            break;
        case K_BPF_JMP_JEQ_K:
            at += accumulator == i->k ? i->jt : i->jf;
            break;
        case K_BPF_JMP_JGE_K:
            at += accumulator >= i->k ? i->jt : i->jf;
            break;
        case K_BPF_JMP_JSET_K:
            at += (accumulator & i->k) != 0 ? i->jt : i->jf;
            break;
        case K_BPF_RET_K:
            return i->k;
        default:
            CHECK(!"an instruction that the machine knows");
        }
    }
    CHECK(!"a program that returns");
    return 0;
}

#endif
