/*
 * Runs the compiled filter through an interpreter of classic BPF and compares its answers with lists that are
 * written out here from the reference, not taken from the table.
 */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"

#define HIGHEST_NUMBER 1024u
#define FILTER_ERRNO(error) (K_SECCOMP_RET_ERRNO | (uint32_t)(error))
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#if defined(__x86_64__)
#define OWN_ARCHITECTURE K_AUDIT_ARCH_X86_64
#else
#define OWN_ARCHITECTURE K_AUDIT_ARCH_AARCH64
#endif

static struct seccomp_program program;

/* Follows the program as the kernel would, and refuses what the kernel's checker would refuse. */
static uint32_t run(const struct k_seccomp_data *data)
{
    uint32_t accumulator = 0;
    for (size_t at = 0; at < program.length; at++) {
        const struct k_sock_filter *i = &program.instructions[at];
        switch (i->code) {
        case K_BPF_LD_W_ABS:
            CHECK(i->k % 4 == 0 && i->k + 4 <= sizeof *data);
            memcpy(&accumulator, (const char *)data + i->k, 4);
            break;
        case K_BPF_JMP_JA:
            at += i->k;
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
            CHECK(!"an instruction that the interpreter knows");
        }
    }
    CHECK(!"a program that returns");
    return 0;
}

static uint32_t ask(uint32_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    struct k_seccomp_data data = {.nr = (int32_t)number, .arch = OWN_ARCHITECTURE, .args = {a, b, c, d, e, 0}};
    return run(&data);
}

static uint32_t ask_plain(uint32_t number)
{
    return ask(number, 0, 0, 0, 0, 0);
}

/* The reference's unconditional list, and what is refused here beside it. */
static const uint32_t always_refused[] = {
    SYS_memfd_create, SYS_ptrace, SYS_bpf, SYS_process_vm_readv, SYS_process_vm_writev, 434 /* pidfd_open */,
    438 /* pidfd_getfd */, 424 /* pidfd_send_signal */, 425 /* io_uring_setup */, SYS_mount, 430 /* fsopen */,
    431 /* fsconfig */, 432 /* fsmount */, 433 /* fspick */, 429 /* move_mount */, 428 /* open_tree */, SYS_setns,
    SYS_umount2, SYS_pivot_root, SYS_userfaultfd, SYS_perf_event_open,
    426 /* io_uring_enter */, 427 /* io_uring_register */, 442 /* mount_setattr */, 467 /* open_tree_attr */,
    457 /* statmount */, 458 /* listmount */, 447 /* memfd_secret */, 440 /* process_madvise */, SYS_kcmp, SYS_chroot,
    SYS_keyctl, SYS_add_key, SYS_request_key, SYS_open_by_handle_at, SYS_fanotify_init, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_syslog, SYS_acct, SYS_swapon, SYS_swapoff, SYS_reboot,
    SYS_settimeofday, SYS_clock_settime, SYS_sethostname, SYS_setdomainname, SYS_vhangup, SYS_quotactl,
    443 /* quotactl_fd */,
#if defined(SYS_kexec_file_load)
    SYS_kexec_file_load,
#endif
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm,
#endif
};

/* With all arguments 0 these stay within their conditions; socket(0) is AF_UNSPEC, which is not allowed. */
static uint32_t expected_plain(uint32_t number)
{
    for (size_t index = 0; index < COUNT(always_refused); index++) {
        if (number == always_refused[index]) {
            return FILTER_ERRNO(EPERM);
        }
    }
    if (number == 435 || number == 437) { /* clone3, openat2 */
        return FILTER_ERRNO(ENOSYS);
    }
    if (number == SYS_socket || number == SYS_socketpair) {
        return FILTER_ERRNO(EPERM);
    }
    return K_SECCOMP_RET_ALLOW;
}

static void every_number_gets_what_the_lists_say(void)
{
    for (uint32_t number = 0; number <= HIGHEST_NUMBER; number++) {
        CHECK_EQUALS(ask_plain(number), expected_plain(number));
    }
}

static void the_upper_half_of_an_argument_changes_nothing(void)
{
    const uint64_t high = 0xffffffff00000000ull;
    CHECK_EQUALS(ask(SYS_socket, high | AF_INET, 1, 0, 0, 0), K_SECCOMP_RET_ALLOW);
    CHECK_EQUALS(ask(SYS_socket, high | AF_NETLINK, 3, 0, 0, 0), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_ioctl, 0, high | 0x5412, 0, 0, 0), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_seccomp, high | 1, 0, 0, 0, 0), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_unshare, high | CLONE_NEWUSER, 0, 0, 0, 0), FILTER_ERRNO(EPERM));
}

static void only_three_socket_families_pass(void)
{
    for (uint32_t family = 0; family < 64; family++) {
        bool allowed = family == AF_UNIX || family == AF_INET || family == AF_INET6;
        uint32_t expected = allowed ? K_SECCOMP_RET_ALLOW : FILTER_ERRNO(EPERM);
        CHECK_EQUALS(ask(SYS_socket, family, SOCK_STREAM, 0, 0, 0), expected);
        CHECK_EQUALS(ask(SYS_socketpair, family, SOCK_STREAM, 0, 0, 0), expected);
    }
}

static void a_new_user_namespace_is_refused_in_any_company(void)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        uint64_t flag = 1ull << bit;
        uint32_t alone = flag == CLONE_NEWUSER ? FILTER_ERRNO(EPERM) : K_SECCOMP_RET_ALLOW;
        CHECK_EQUALS(ask(SYS_clone, flag, 0, 0, 0, 0), alone);
        CHECK_EQUALS(ask(SYS_unshare, flag, 0, 0, 0, 0), alone);
        CHECK_EQUALS(ask(SYS_clone, flag | CLONE_NEWUSER, 0, 0, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_unshare, flag | CLONE_NEWUSER, 0, 0, 0, 0), FILTER_ERRNO(EPERM));
    }
}

static void conditions_look_at_the_right_argument(void)
{
    CHECK_EQUALS(ask(SYS_execveat, 3, 0, 0, 0, AT_EMPTY_PATH), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_execveat, 3, 0, 0, 0, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_execveat, AT_EMPTY_PATH, 0, 0, 0, AT_SYMLINK_NOFOLLOW), K_SECCOMP_RET_ALLOW);
    CHECK_EQUALS(ask(SYS_seccomp, 1, 0, 0, 0, 0), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_seccomp, 2, 0, 0, 0, 0), K_SECCOMP_RET_ALLOW);
    CHECK_EQUALS(ask(SYS_prctl, 22, 2, 0, 0, 0), FILTER_ERRNO(EPERM));
    CHECK_EQUALS(ask(SYS_prctl, 38, 1, 0, 0, 0), K_SECCOMP_RET_ALLOW);
    for (uint32_t command = 0x5400; command < 0x5480; command++) {
        bool refused = command == 0x5412 || command == 0x541c || command == 0x5423;
        CHECK_EQUALS(ask(SYS_ioctl, 0, command, 0, 0, 0), refused ? FILTER_ERRNO(EPERM) : K_SECCOMP_RET_ALLOW);
    }
}

static void set_id_bits_cannot_be_given_to_a_file(void)
{
    static const uint32_t bad_modes[] = {04755, 02755, 06000, 04000, 0104755};
    for (size_t index = 0; index < COUNT(bad_modes); index++) {
        uint32_t mode = bad_modes[index];
        CHECK_EQUALS(ask(SYS_fchmod, 3, mode, 0, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_fchmodat, 3, 0, mode, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(452, 3, 0, mode, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_mknodat, 3, 0, mode, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_openat, 3, 0, O_CREAT | O_WRONLY, mode, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_openat, 3, 0, O_TMPFILE | O_WRONLY, mode, 0), FILTER_ERRNO(EPERM));
#if defined(__x86_64__)
        CHECK_EQUALS(ask(SYS_chmod, 0, mode, 0, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_creat, 0, mode, 0, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_mknod, 0, mode, 0, 0, 0), FILTER_ERRNO(EPERM));
        CHECK_EQUALS(ask(SYS_open, 0, O_CREAT, mode, 0, 0), FILTER_ERRNO(EPERM));
#endif
    }
    CHECK_EQUALS(ask(SYS_fchmodat, 3, 0, 01777, 0, 0), K_SECCOMP_RET_ALLOW);
    CHECK_EQUALS(ask(SYS_fchmod, 3, 0755, 0, 0, 0), K_SECCOMP_RET_ALLOW);
    CHECK_EQUALS(ask(SYS_openat, 3, 0, O_CREAT | O_WRONLY, 0644, 0), K_SECCOMP_RET_ALLOW);
    /* Without a flag that creates, the mode is whatever was in the register. */
    CHECK_EQUALS(ask(SYS_openat, 3, 0, O_RDONLY | O_DIRECTORY, 07777, 0), K_SECCOMP_RET_ALLOW);
}

static void another_architecture_is_killed(void)
{
    struct k_seccomp_data data = {.nr = SYS_getpid, .arch = 0x40000003u /* i386 */};
    CHECK_EQUALS(run(&data), K_SECCOMP_RET_KILL_PROCESS);
    data.arch = OWN_ARCHITECTURE == K_AUDIT_ARCH_X86_64 ? K_AUDIT_ARCH_AARCH64 : K_AUDIT_ARCH_X86_64;
    CHECK_EQUALS(run(&data), K_SECCOMP_RET_KILL_PROCESS);
}

#if defined(__x86_64__)
static void x32_numbers_do_not_exist(void)
{
    for (uint32_t number = 0; number <= HIGHEST_NUMBER; number++) {
        CHECK_EQUALS(ask_plain(0x40000000u | number), FILTER_ERRNO(ENOSYS));
    }
    CHECK_EQUALS(ask_plain(0xffffffffu), FILTER_ERRNO(ENOSYS));
}
#endif

#if defined(__x86_64__)
/* The list of reviewed calls, and the filter's answer to each. "some" is looked at in the other tests. */
static void every_reviewed_call_gets_its_verdict(const char *list)
{
    FILE *file = fopen(list, "r");
    CHECK(file != NULL);
    char line[128];
    unsigned checked = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned number;
        char name[64];
        char verdict[16];
        if (sscanf(line, "%u %63s %15s", &number, name, verdict) != 3) {
            continue;
        }
        uint32_t expected = K_SECCOMP_RET_ALLOW;
        if (strcmp(verdict, "refuse") == 0) {
            expected = FILTER_ERRNO(EPERM);
        } else if (strcmp(verdict, "absent") == 0) {
            expected = FILTER_ERRNO(ENOSYS);
        } else {
            CHECK(strcmp(verdict, "allow") == 0 || strcmp(verdict, "some") == 0);
        }
        bool conditional = false;
        for (size_t index = 0; index < seccomp_refusal_count; index++) {
            const struct refusal *refusal = &seccomp_refusals[index];
            if (refusal->number == number) {
                CHECK(strcmp(refusal->name, name) == 0);
                conditional = conditional || refusal->conditions[0].test != TEST_NONE;
            }
        }
        CHECK_EQUALS(conditional, strcmp(verdict, "some") == 0);
        if (!conditional) {
            CHECK_EQUALS(ask_plain(number), expected);
        }
        checked++;
    }
    (void)fclose(file);
    CHECK(checked > 370);
}
#endif

/* The table names each call that it refuses without a condition, and no number twice with the same condition. */
static void the_table_has_no_contradictions(void)
{
    for (size_t left = 0; left < seccomp_refusal_count; left++) {
        for (size_t right = left + 1; right < seccomp_refusal_count; right++) {
            const struct refusal *a = &seccomp_refusals[left];
            const struct refusal *b = &seccomp_refusals[right];
            bool same = a->number == b->number && a->conditions[0].test == b->conditions[0].test &&
                        a->conditions[0].value == b->conditions[0].value;
            CHECK(!same);
        }
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    CHECK(seccomp_compile(&program));
    CHECK(program.length < SECCOMP_MAX_INSTRUCTIONS);
    every_number_gets_what_the_lists_say();
    the_upper_half_of_an_argument_changes_nothing();
    only_three_socket_families_pass();
    a_new_user_namespace_is_refused_in_any_company();
    conditions_look_at_the_right_argument();
    set_id_bits_cannot_be_given_to_a_file();
    another_architecture_is_killed();
#if defined(__x86_64__)
    x32_numbers_do_not_exist();
    every_reviewed_call_gets_its_verdict(argv[1]);
#else
    (void)argv;
#endif
    the_table_has_no_contradictions();
    return 0;
}
