#include "seccomp.h"

#include <errno.h>
#include <sys/prctl.h>

#include "syscalls.h"

/* The calls that a kernel had when the table was last looked over: from `first` on, below `end`. */
struct range {
    uint32_t first;
    uint32_t end;
};

#define NEWEST_END 472 /* behind rseq_slice_yield, Linux 7.0 */
#define MAX_RANGES 3
struct architecture {
    uint32_t audit;
    struct range known[MAX_RANGES];
    size_t known_count;
};

/* From 424 on numbers are the same everywhere. aarch64 keeps 244 to 259 free for calls of its own. */
static const struct architecture architectures[] = {
    [SECCOMP_X86_64] = {K_AUDIT_ARCH_X86_64, {{0, 337}, {424, NEWEST_END}}, 2},
    [SECCOMP_AARCH64] = {K_AUDIT_ARCH_AARCH64, {{0, 244}, {260, 295}, {424, NEWEST_END}}, 3},
};

static void emit(struct seccomp_program *program, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
    /* One past the end counts on, so that the caller sees that it did not fit. */
    if (program->length < SECCOMP_MAX_INSTRUCTIONS) {
        program->instructions[program->length] = (struct k_sock_filter){code, if_true, if_false, value};
    }
    program->length++;
}

static void emit_load(struct seccomp_program *program, size_t offset)
{
    emit(program, K_BPF_LD_W_ABS, (uint32_t)offset, 0, 0);
}

static void emit_return(struct seccomp_program *program, uint32_t action)
{
    emit(program, K_BPF_RET_K, action, 0, 0);
}

static void emit_error(struct seccomp_program *program, uint32_t error)
{
    emit_return(program, K_SECCOMP_RET_ERRNO | (error & K_SECCOMP_RET_DATA));
}

/* Number of instructions of emit_condition(). */
static uint8_t size_of(const struct argument_condition *condition)
{
    switch (condition->test) {
    case TEST_NONE:
        return 0;
    case TEST_EQUALS:
    case TEST_ANY_BIT:
        return 2;
    case TEST_NONE_OF:
        return (uint8_t)(2 + condition->set->count);
    }
    return 0;
}

/* Goes on behind itself when the condition holds, else `skip` instructions further. Changes the accumulator. */
static void emit_condition(struct seccomp_program *program, const struct argument_condition *condition, uint8_t skip)
{
    if (condition->test == TEST_NONE) {
        return;
    }
    /* Both architectures are little-endian: the low half comes first. */
    emit_load(program, offsetof(struct k_seccomp_data, args) + condition->argument * sizeof(uint64_t));
    switch (condition->test) {
    case TEST_EQUALS:
        emit(program, K_BPF_JMP_JEQ_K, condition->value, 0, skip);
        break;
    case TEST_ANY_BIT:
        emit(program, K_BPF_JMP_JSET_K, condition->value, 0, skip);
        break;
    case TEST_NONE_OF:
        emit(program, K_BPF_ALU_AND_K, condition->set->mask, 0, 0);
        for (uint32_t index = 0; index < condition->set->count; index++) {
            uint8_t rest = (uint8_t)(condition->set->count - 1 - index);
            emit(program, K_BPF_JMP_JEQ_K, condition->set->values[index], (uint8_t)(rest + skip), 0);
        }
        break;
    case TEST_NONE:
        break;
    }
}

/* Expects the call number in the accumulator, and leaves it there. */
static void emit_refusal(struct seccomp_program *program, const struct refusal *refusal, uint32_t number)
{
    uint8_t first = size_of(&refusal->conditions[0]);
    uint8_t second = size_of(&refusal->conditions[1]);
    bool reload = first > 0;
    uint8_t block = (uint8_t)(first + second + 1 + (reload ? 1 : 0));
    emit(program, K_BPF_JMP_JEQ_K, number, 0, block);
    emit_condition(program, &refusal->conditions[0], (uint8_t)(second + 1));
    emit_condition(program, &refusal->conditions[1], 1);
    emit_error(program, refusal->error);
    if (reload) {
        emit_load(program, offsetof(struct k_seccomp_data, nr));
    }
}

/*
 * A call that nobody has judged does not exist: newer than the table, in a gap between the ranges, or, on x86-64, one of
 * the x32 numbers, which start at 2^30. Negative numbers are such large ones, too.
 */
static void emit_unknown(struct seccomp_program *program, const struct architecture *architecture)
{
    for (size_t index = 0; index + 1 < architecture->known_count; index++) {
        emit(program, K_BPF_JMP_JGE_K, architecture->known[index + 1].first, 2, 0);
        emit(program, K_BPF_JMP_JGE_K, architecture->known[index].end, 0, 1);
        emit_error(program, ENOSYS);
    }
    emit(program, K_BPF_JMP_JGE_K, architecture->known[architecture->known_count - 1].end, 0, 1);
    emit_error(program, ENOSYS);
}

bool seccomp_compile(struct seccomp_program *program, enum seccomp_architecture architecture)
{
    program->length = 0;
    emit_load(program, offsetof(struct k_seccomp_data, arch));
    emit(program, K_BPF_JMP_JEQ_K, architectures[architecture].audit, 1, 0);
    emit_return(program, K_SECCOMP_RET_KILL_PROCESS);
    emit_load(program, offsetof(struct k_seccomp_data, nr));
    emit_unknown(program, &architectures[architecture]);
    for (size_t index = 0; index < seccomp_refusal_count; index++) {
        uint32_t number = seccomp_refusals[index].numbers[architecture];
        if (number != SECCOMP_ABSENT) {
            emit_refusal(program, &seccomp_refusals[index], number);
        }
    }
    emit_return(program, K_SECCOMP_RET_ALLOW);
    return program->length <= SECCOMP_MAX_INSTRUCTIONS;
}

int seccomp_install(struct seccomp_program *program)
{
    struct k_sock_fprog filter = {program->length, program->instructions};
    if (sys_seccomp(K_SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
        return errno;
    }
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2) {
        return EPERM;
    }
    /* The mode does not tell this filter from an inherited one. This filter refuses another; without it, EFAULT. */
    return sys_seccomp(K_SECCOMP_SET_MODE_FILTER, 0, NULL) != 0 && errno == EPERM ? 0 : EACCES;
}
