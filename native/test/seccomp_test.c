/*
 * Runs the compiled filter of both architectures through a machine of classic BPF and compares each answer with what
 * is expected. The expectation comes from reviewed-calls.txt and from the conditions as the reference words them,
 * written out here a second time in C, on the constants of the C library; the table and its compiler have no part in it.
 */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "filter_machine.h"
#include "reviewed_calls.h"

#define FILTER_ERRNO(error) (K_SECCOMP_RET_ERRNO | (uint32_t)(error))
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ARGUMENTS 6
#define HIGH_HALF 0xffffffff00000000ull
#define SAMPLES_PER_CALL 20000
#define NEW_NAMESPACE                                                                                                 \
    (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)

static const uint32_t audit[SECCOMP_ARCHITECTURES] = {0xc000003e, 0xc00000b7};
static struct seccomp_program programs[SECCOMP_ARCHITECTURES];
static struct reviewed_calls calls;

static bool is(const char *name, const char *other)
{
    return strcmp(name, other) == 0;
}

static uint32_t refused_if(bool condition, int error)
{
    return condition ? FILTER_ERRNO(error) : K_SECCOMP_RET_ALLOW;
}

static uint32_t expected_of_socket(uint32_t domain, uint32_t type, uint32_t protocol)
{
    type &= 0xf; /* SOCK_TYPE_MASK of the kernel */
    if (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6) {
        return FILTER_ERRNO(EPERM);
    }
    if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET) {
        return FILTER_ERRNO(EPERM);
    }
    bool known = protocol == 0 || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMP ||
                 protocol == IPPROTO_ICMPV6;
    return refused_if(!known, EPROTONOSUPPORT);
}

static uint32_t expected_of_mode(uint32_t mode)
{
    return refused_if((mode & (S_ISUID | S_ISGID)) != 0, EPERM);
}

/* O_TMPFILE holds O_DIRECTORY, which alone creates nothing. */
static uint32_t expected_of_open(uint32_t flags, uint32_t mode)
{
    bool creates = (flags & O_CREAT) != 0 || (flags & (O_TMPFILE & ~O_DIRECTORY)) != 0;
    return creates ? expected_of_mode(mode) : K_SECCOMP_RET_ALLOW;
}

static uint32_t expected_of_process_call(const char *name, const uint32_t a[ARGUMENTS])
{
    if (is(name, "execveat")) {
        return refused_if((a[4] & AT_EMPTY_PATH) != 0, EPERM);
    }
    if (is(name, "unshare")) {
        return refused_if((a[0] & (NEW_NAMESPACE | 0x80 /* CLONE_NEWTIME */)) != 0, EPERM);
    }
    if (is(name, "clone")) {
        return refused_if((a[0] & NEW_NAMESPACE) != 0, EPERM);
    }
    if (is(name, "seccomp")) {
        return refused_if(a[0] == 1 /* SECCOMP_SET_MODE_FILTER */, EPERM);
    }
    if (is(name, "prctl")) {
        return refused_if(a[0] == PR_SET_SECCOMP || a[0] == PR_SET_MM, EPERM);
    }
    CHECK(is(name, "prlimit64"));
    return refused_if(a[0] == 1, EPERM);
}

static uint32_t expected_of_file_call(const char *name, const uint32_t a[ARGUMENTS])
{
    if (is(name, "ioctl")) {
        return refused_if(a[1] == TIOCSTI || a[1] == TIOCLINUX || a[1] == TIOCSETD, EPERM);
    }
    if (is(name, "open")) {
        return expected_of_open(a[1], a[2]);
    }
    if (is(name, "openat")) {
        return expected_of_open(a[2], a[3]);
    }
    if (is(name, "chmod") || is(name, "fchmod") || is(name, "creat") || is(name, "mknod")) {
        return expected_of_mode(a[1]);
    }
    CHECK(is(name, "fchmodat") || is(name, "fchmodat2") || is(name, "mknodat"));
    return expected_of_mode(a[2]);
}

static uint32_t expected_of_some(const char *name, const uint32_t a[ARGUMENTS])
{
    static const char *const process_calls[] = {"execveat", "unshare", "clone", "seccomp", "prctl", "prlimit64"};
    for (size_t index = 0; index < COUNT(process_calls); index++) {
        if (is(name, process_calls[index])) {
            return expected_of_process_call(name, a);
        }
    }
    if (is(name, "socket")) {
        return expected_of_socket(a[0], a[1], a[2]);
    }
    if (is(name, "socketpair")) {
        return refused_if(a[0] != AF_UNIX && a[0] != AF_INET && a[0] != AF_INET6, EPERM);
    }
    if (is(name, "setsockopt")) {
        return refused_if(a[1] == IPPROTO_TCP && a[2] == TCP_ULP, ENOPROTOOPT);
    }
    if (is(name, "sendto") || is(name, "sendmmsg")) {
        return refused_if((a[3] & MSG_FASTOPEN) != 0, EOPNOTSUPP);
    }
    if (is(name, "sendmsg")) {
        return refused_if((a[2] & MSG_FASTOPEN) != 0, EOPNOTSUPP);
    }
    return expected_of_file_call(name, a);
}

static uint32_t expected(enum seccomp_architecture architecture, const struct k_seccomp_data *data)
{
    uint32_t number = (uint32_t)data->nr;
    if (data->arch != audit[architecture]) {
        return K_SECCOMP_RET_KILL_PROCESS;
    }
    const struct reviewed_call *call = number < CALLS_HIGHEST ? calls.by_number[architecture][number] : NULL;
    if (call == NULL || is(call->verdict, "absent")) {
        return FILTER_ERRNO(ENOSYS);
    }
    if (is(call->verdict, "refuse")) {
        return FILTER_ERRNO(EPERM);
    }
    if (is(call->verdict, "allow")) {
        return K_SECCOMP_RET_ALLOW;
    }
    CHECK(is(call->verdict, "some"));
    uint32_t low[ARGUMENTS];
    for (size_t index = 0; index < ARGUMENTS; index++) {
        low[index] = (uint32_t)data->args[index];
    }
    return expected_of_some(call->name, low);
}

static void compare(enum seccomp_architecture architecture, const struct k_seccomp_data *data)
{
    uint32_t actual = filter_run(&programs[architecture], data);
    uint32_t wanted = expected(architecture, data);
    if (actual != wanted) {
        (void)fprintf(stderr, "architecture %u, call %d, arguments %llx %llx %llx %llx %llx %llx\n", architecture,
                      data->nr, (unsigned long long)data->args[0], (unsigned long long)data->args[1],
                      (unsigned long long)data->args[2], (unsigned long long)data->args[3],
                      (unsigned long long)data->args[4], (unsigned long long)data->args[5]);
    }
    CHECK_EQUALS(actual, wanted);
}

/* Values at which a condition may turn; the bits are added to them. */
static const uint64_t turning_points[] = {
    0, 1, 2, 3, 5, 6, 9, 10, 11, 16, 17, 21, 22, 23, 31, 34, 35, 36, 38, 40, 44, 45, 58, 255, 262, 0x1100,
    0x5411, 0x5412, 0x5413, 0x541c, 0x5423, 0755, 01777, 02755, 04755, 06000, 0100644, 0104755, 0x80002,
    O_CREAT | O_WRONLY, O_TMPFILE | O_RDWR, O_DIRECTORY, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_MAX, HIGH_HALF,
};
#define BITS 64
#define VALUES (COUNT(turning_points) + BITS)

static uint64_t value_at(size_t index)
{
    return index < BITS ? 1ull << index : turning_points[index - BITS];
}

static struct k_seccomp_data call_of(enum seccomp_architecture architecture, uint32_t number)
{
    return (struct k_seccomp_data){.nr = (int32_t)number, .arch = audit[architecture]};
}

/* Each argument takes each value while the others are 0, and while they are all ones. */
static void every_number_with_every_value(enum seccomp_architecture architecture)
{
    for (uint32_t number = 0; number <= CALLS_HIGHEST; number++) {
        for (size_t argument = 0; argument < ARGUMENTS; argument++) {
            for (size_t index = 0; index < VALUES; index++) {
                struct k_seccomp_data data = call_of(architecture, number);
                data.args[argument] = value_at(index);
                compare(architecture, &data);
            }
        }
        struct k_seccomp_data ones = call_of(architecture, number);
        memset(ones.args, 0xff, sizeof ones.args);
        compare(architecture, &ones);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* All arguments at once, each a value, two values together, or with the high half set. */
static void conditional_calls_with_many_combinations(enum seccomp_architecture architecture)
{
    uint64_t state = 0x9e3779b97f4a7c15ull;
    for (size_t index = 0; index < calls.count; index++) {
        uint32_t number = calls.items[index].numbers[architecture];
        if (number == SECCOMP_ABSENT || !is(calls.items[index].verdict, "some")) {
            continue;
        }
        for (unsigned sample = 0; sample < SAMPLES_PER_CALL; sample++) {
            struct k_seccomp_data data = call_of(architecture, number);
            for (size_t argument = 0; argument < ARGUMENTS; argument++) {
                uint64_t random = next_random(&state);
                data.args[argument] = value_at(random % VALUES);
                data.args[argument] |= (random & (1u << 20)) != 0 ? value_at((random >> 32) % VALUES) : 0;
                data.args[argument] |= (random & (1u << 21)) != 0 ? HIGH_HALF : 0;
            }
            compare(architecture, &data);
        }
    }
}

static uint32_t number_of(enum seccomp_architecture architecture, const char *name)
{
    const struct reviewed_call *call = reviewed_find(&calls, name);
    CHECK(call != NULL);
    return call->numbers[architecture];
}

static void every_ioctl_with_every_high_bit(enum seccomp_architecture architecture)
{
    for (uint64_t command = 0; command <= 0xffff; command++) {
        struct k_seccomp_data data = call_of(architecture, number_of(architecture, "ioctl"));
        data.args[1] = command;
        compare(architecture, &data);
        data.args[1] = command | 1ull << (32 + command % 32);
        compare(architecture, &data);
    }
}

static void every_kind_of_socket(enum seccomp_architecture architecture)
{
    static const char *const names[] = {"socket", "socketpair"};
    for (uint64_t domain = 0; domain < 64; domain++) {
        for (uint64_t type = 0; type < 16; type++) {
            for (uint64_t protocol = 0; protocol <= 300; protocol++) {
                struct k_seccomp_data data = call_of(architecture, number_of(architecture, names[protocol % 2]));
                data.args[0] = domain;
                data.args[1] = type | (protocol % 3 == 0 ? SOCK_CLOEXEC | SOCK_NONBLOCK : 0);
                data.args[2] = protocol;
                compare(architecture, &data);
            }
        }
    }
}

static void every_mode(enum seccomp_architecture architecture)
{
    static const char *const names[] = {"chmod", "fchmod", "fchmodat", "fchmodat2", "mknod", "mknodat", "open", "openat"};
    for (uint64_t mode = 0; mode <= 0177777; mode++) {
        struct k_seccomp_data data = call_of(architecture, number_of(architecture, names[mode % COUNT(names)]));
        if (data.nr == (int32_t)SECCOMP_ABSENT) {
            continue;
        }
        for (size_t argument = 1; argument <= 3; argument++) {
            data.args[argument] = mode;
        }
        compare(architecture, &data);
    }
}

/* x32 calls, negative numbers, and what is newer than any table. */
static void numbers_that_nobody_judged_do_not_exist(enum seccomp_architecture architecture)
{
    for (uint32_t number = 0; number <= CALLS_HIGHEST; number++) {
        const uint32_t strange[] = {0x40000000u | number, 0x80000000u | number, 0u - 1 - number, number << 16 | 0xfff};
        for (size_t index = 0; index < COUNT(strange); index++) {
            struct k_seccomp_data data = call_of(architecture, strange[index]);
            CHECK_EQUALS(filter_run(&programs[architecture], &data), FILTER_ERRNO(ENOSYS));
        }
    }
}

/* i386, arm, the other of the two, big-endian aarch64, mips, and nothing. */
static void calls_of_another_architecture_are_fatal(enum seccomp_architecture architecture)
{
    const uint32_t foreign[] = {0x40000003, 0x40000028, audit[1 - architecture], 0x800000b7, 8, 0, UINT32_MAX};
    for (uint32_t number = 0; number <= CALLS_HIGHEST; number++) {
        for (size_t index = 0; index < COUNT(foreign); index++) {
            struct k_seccomp_data data = {.nr = (int32_t)number, .arch = foreign[index]};
            CHECK_EQUALS(filter_run(&programs[architecture], &data), K_SECCOMP_RET_KILL_PROCESS);
        }
    }
}

/* "Runtime unconditional syscall blocks" and "conditional syscall blocks" of the reference, typed from its text. */
static void the_references_lists_are_refused(void)
{
    static const char *const always[] = {
        "memfd_create", "ptrace", "bpf", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd",
        "pidfd_send_signal", "io_uring_setup", "mount", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount",
        "open_tree", "setns", "umount2", "pivot_root", "userfaultfd", "perf_event_open",
    };
    static const char *const sometimes[] = {"execveat", "unshare", "clone", "seccomp", "socket"};
    CHECK_EQUALS(COUNT(always), 21);
    for (size_t index = 0; index < COUNT(always); index++) {
        const struct reviewed_call *call = reviewed_find(&calls, always[index]);
        CHECK(call != NULL && is(call->verdict, "refuse"));
        CHECK(call->numbers[SECCOMP_X86_64] != SECCOMP_ABSENT && call->numbers[SECCOMP_AARCH64] != SECCOMP_ABSENT);
    }
    for (size_t index = 0; index < COUNT(sometimes); index++) {
        const struct reviewed_call *call = reviewed_find(&calls, sometimes[index]);
        CHECK(call != NULL && is(call->verdict, "some"));
        CHECK(call->numbers[SECCOMP_X86_64] != SECCOMP_ABSENT && call->numbers[SECCOMP_AARCH64] != SECCOMP_ABSENT);
    }
}

/* The table calls each number as the list does, says of an absent one that it is absent, and says nothing twice. */
static void the_table_agrees_with_the_list(void)
{
    for (size_t left = 0; left < seccomp_refusal_count; left++) {
        const struct refusal *row = &seccomp_refusals[left];
        const struct reviewed_call *call = reviewed_find(&calls, row->name);
        CHECK(call != NULL && !is(call->verdict, "allow"));
        CHECK_EQUALS(row->numbers[SECCOMP_X86_64], call->numbers[SECCOMP_X86_64]);
        CHECK_EQUALS(row->numbers[SECCOMP_AARCH64], call->numbers[SECCOMP_AARCH64]);
        for (size_t right = left + 1; right < seccomp_refusal_count; right++) {
            const struct refusal *other = &seccomp_refusals[right];
            CHECK(!is(row->name, other->name) ||
                  memcmp(row->conditions, other->conditions, sizeof row->conditions) != 0);
        }
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    reviewed_read(argv[1], &calls);
    the_references_lists_are_refused();
    the_table_agrees_with_the_list();
    for (enum seccomp_architecture architecture = 0; architecture < SECCOMP_ARCHITECTURES; architecture++) {
        CHECK(seccomp_compile(&programs[architecture], architecture));
        filter_check(&programs[architecture]);
        every_number_with_every_value(architecture);
        conditional_calls_with_many_combinations(architecture);
        every_ioctl_with_every_high_bit(architecture);
        every_kind_of_socket(architecture);
        every_mode(architecture);
        numbers_that_nobody_judged_do_not_exist(architecture);
        calls_of_another_architecture_are_fatal(architecture);
    }
    return 0;
}
