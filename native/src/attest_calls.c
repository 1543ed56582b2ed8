#include "attest_calls.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARGUMENTS 6

size_t attest_call_count(void)
{
    return seccomp_refusal_count;
}

static uint32_t own_number(const struct refusal *refusal)
{
    return refusal->numbers[SECCOMP_OWN_ARCHITECTURE];
}

/* What an argument must be, for the condition to hold; otherwise it stays all ones, which every other condition takes. */
static void satisfy(const struct argument_condition *condition, long arguments[ARGUMENTS])
{
    if (condition->test == TEST_EQUALS) {
        arguments[condition->argument] = (long)condition->value;
    }
}

/* The first row that matches answers, so an earlier one for the same call must not. */
static void avoid(const struct argument_condition *condition, long arguments[ARGUMENTS])
{
    if (condition->test == TEST_NONE_OF) {
        arguments[condition->argument] = (long)condition->set->values[condition->set->count - 1];
    } else if (condition->test == TEST_ANY_BIT) {
        arguments[condition->argument] &= ~(long)condition->value;
    }
}

/*
 * All bits set: no address, no descriptor, flags that contradict each other. A kernel that gets to see the call says
 * EFAULT, EBADF or EINVAL; where it asks for a capability first it says EPERM too, and then both layers refuse. Only
 * the arguments that the filter looks at are what it refuses.
 */
static void set_arguments(size_t index, long arguments[ARGUMENTS])
{
    const struct refusal *refusal = &seccomp_refusals[index];
    for (size_t argument = 0; argument < ARGUMENTS; argument++) {
        arguments[argument] = -1;
    }
    for (size_t earlier = 0; earlier < index; earlier++) {
        if (own_number(&seccomp_refusals[earlier]) == own_number(refusal)) {
            avoid(&seccomp_refusals[earlier].conditions[0], arguments);
        }
    }
    for (size_t condition = 0; condition < SECCOMP_CONDITIONS; condition++) {
        satisfy(&refusal->conditions[condition], arguments);
    }
}

/* Here the kernel would say EPERM as well, because it looks at the caller's capabilities before the arguments. */
static bool takes_capability(const char *call)
{
    static const char *const calls[] = {
        "fsopen",      "fsmount",       "fspick",     "move_mount",      "pivot_root",  "fanotify_init", "syslog",
        "acct",        "swapoff",       "reboot",     "sethostname",     "setdomainname", "vhangup",     "init_module",
        "finit_module", "delete_module", "kexec_load", "kexec_file_load",
    };
    for (size_t index = 0; index < sizeof calls / sizeof calls[0]; index++) {
        if (strcmp(calls[index], call) == 0) {
            return true;
        }
    }
    return false;
}

int attest_call(size_t index)
{
    long a[ARGUMENTS];
    set_arguments(index, a);
    return attempt_result(syscall((long)own_number(&seccomp_refusals[index]), a[0], a[1], a[2], a[3], a[4], a[5]));
}

static void describe_condition(const struct argument_condition *condition, char *text, size_t size)
{
    switch (condition->test) {
    case TEST_NONE:
        return;
    case TEST_EQUALS:
        (void)snprintf(text, size, ", argument %u 0x%x", condition->argument, condition->value);
        return;
    case TEST_ANY_BIT:
        (void)snprintf(text, size, ", argument %u with 0x%x", condition->argument, condition->value);
        return;
    case TEST_NONE_OF:
        (void)snprintf(text, size, ", argument %u not among the allowed", condition->argument);
        return;
    }
}

struct attempt attest_call_attempt(size_t index, char name[ATTEST_CALL_NAME_SIZE])
{
    const struct refusal *refusal = &seccomp_refusals[index];
    (void)snprintf(name, ATTEST_CALL_NAME_SIZE, "system call %s", refusal->name);
    for (size_t condition = 0; condition < SECCOMP_CONDITIONS; condition++) {
        size_t length = strlen(name);
        describe_condition(&refusal->conditions[condition], name + length, ATTEST_CALL_NAME_SIZE - length);
    }
    return (struct attempt){
        .name = name,
        .meaning = MEANS_REFUSED,
        .expected = (int)refusal->error,
        .by = takes_capability(refusal->name) ? attempt_by_both : "seccomp",
        .need = own_number(refusal) == SECCOMP_ABSENT ? NEEDS_ANOTHER_ARCHITECTURE : NEEDS_NOTHING,
    };
}
