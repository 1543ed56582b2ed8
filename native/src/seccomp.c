#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#if defined(__x86_64__)
#define OWN_ARCHITECTURE K_AUDIT_ARCH_X86_64
#else
#define OWN_ARCHITECTURE K_AUDIT_ARCH_AARCH64
#endif
#define X32_BIT 0x40000000u
#define SET_ID_BITS (S_ISUID | S_ISGID)
#define CREATES (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))

#define REFUSE(name) {#name, SYS_##name, EPERM, {{TEST_NONE, 0, 0}}}
#define REFUSE_NEW(name) {#name, K_NR_##name, EPERM, {{TEST_NONE, 0, 0}}}
#define ANSWER_ENOSYS(name) {#name, K_NR_##name, ENOSYS, {{TEST_NONE, 0, 0}}}
#define REFUSE_IF(name, test, argument, value) {#name, SYS_##name, EPERM, {{test, argument, value}}}
#define REFUSE_IF_BOTH(name, ...) {#name, SYS_##name, EPERM, {__VA_ARGS__}}

const uint32_t seccomp_families[] = {AF_UNIX, AF_INET, AF_INET6};
const size_t seccomp_family_count = COUNT(seccomp_families);

const struct refusal seccomp_refusals[] = {
    /* The reference's "runtime unconditional syscall blocks", in its order. */
    REFUSE(memfd_create),
    REFUSE(ptrace),
    REFUSE(bpf),
    REFUSE(process_vm_readv),
    REFUSE(process_vm_writev),
    REFUSE_NEW(pidfd_open),
    REFUSE_NEW(pidfd_getfd),
    REFUSE_NEW(pidfd_send_signal),
    REFUSE_NEW(io_uring_setup),
    REFUSE(mount),
    REFUSE_NEW(fsopen),
    REFUSE_NEW(fsconfig),
    REFUSE_NEW(fsmount),
    REFUSE_NEW(fspick),
    REFUSE_NEW(move_mount),
    REFUSE_NEW(open_tree),
    REFUSE(setns),
    REFUSE(umount2),
    REFUSE(pivot_root),
    REFUSE(userfaultfd),
    REFUSE(perf_event_open),

    /* The reference's "conditional syscall blocks". */
    REFUSE_IF(execveat, TEST_ANY_BIT, 4, AT_EMPTY_PATH),
    REFUSE_IF(unshare, TEST_ANY_BIT, 0, CLONE_NEWUSER),
    REFUSE_IF(clone, TEST_ANY_BIT, 0, CLONE_NEWUSER),
    REFUSE_IF(seccomp, TEST_EQUALS, 0, K_SECCOMP_SET_MODE_FILTER),

    /* The reference's "socket domains", as an allow list: netlink, packet, vsock, bluetooth and all others fail. */
    REFUSE_IF(socket, TEST_OTHER_FAMILY, 0, 0),
    REFUSE_IF(socketpair, TEST_OTHER_FAMILY, 0, 0),

    /* Other doors to the same rooms. clone3's flags are in memory, out of a filter's sight: ENOSYS makes libcs
       fall back to clone. openat2's mode is too, see the set-id bits below. */
    ANSWER_ENOSYS(clone3),
    ANSWER_ENOSYS(openat2),
    REFUSE_IF(prctl, TEST_EQUALS, 0, K_PR_SET_SECCOMP),
    REFUSE_NEW(io_uring_enter),
    REFUSE_NEW(io_uring_register),
    REFUSE_NEW(mount_setattr),
    REFUSE_NEW(open_tree_attr),
    REFUSE_NEW(statmount),
    REFUSE_NEW(listmount),
    REFUSE_NEW(memfd_secret),
    REFUSE(chroot),

    /* Other processes, other tenants' files, keys. (name_to_handle_at is harmless without its counterpart.) */
    REFUSE(kcmp),
    REFUSE_NEW(process_madvise),
    REFUSE(open_by_handle_at),
    REFUSE(fanotify_init),
    REFUSE(add_key),
    REFUSE(request_key),
    REFUSE(keyctl),

    /* The machine. Capabilities guard these too; the filter does not depend on that. */
    REFUSE(init_module),
    REFUSE(finit_module),
    REFUSE(delete_module),
    REFUSE(kexec_load),
#if defined(SYS_kexec_file_load)
    REFUSE(kexec_file_load),
#endif
    REFUSE(syslog),
    REFUSE(acct),
    REFUSE(swapon),
    REFUSE(swapoff),
    REFUSE(reboot),
    REFUSE(settimeofday),
    REFUSE(clock_settime),
    REFUSE(sethostname),
    REFUSE(setdomainname),
    REFUSE(vhangup),
    REFUSE(quotactl),
    REFUSE_NEW(quotactl_fd),
#if defined(__x86_64__)
    REFUSE(iopl),
    REFUSE(ioperm),
#endif

    /* Pushing input into a terminal, and loading line disciplines. */
    REFUSE_IF(ioctl, TEST_EQUALS, 1, K_TIOCSTI),
    REFUSE_IF(ioctl, TEST_EQUALS, 1, K_TIOCLINUX),
    REFUSE_IF(ioctl, TEST_EQUALS, 1, K_TIOCSETD),

    /* What the agent writes into a shared workdir belongs, on the host, to the directory's owner: a set-uid file
       there would run as that user for anybody on the host. */
    REFUSE_IF(fchmod, TEST_ANY_BIT, 1, SET_ID_BITS),
    REFUSE_IF(fchmodat, TEST_ANY_BIT, 2, SET_ID_BITS),
    {"fchmodat2", K_NR_fchmodat2, EPERM, {{TEST_ANY_BIT, 2, SET_ID_BITS}}},
    REFUSE_IF(mknodat, TEST_ANY_BIT, 2, SET_ID_BITS),
    REFUSE_IF_BOTH(openat, {TEST_ANY_BIT, 2, CREATES}, {TEST_ANY_BIT, 3, SET_ID_BITS}),
#if defined(__x86_64__)
    REFUSE_IF(chmod, TEST_ANY_BIT, 1, SET_ID_BITS),
    REFUSE_IF(creat, TEST_ANY_BIT, 1, SET_ID_BITS),
    REFUSE_IF(mknod, TEST_ANY_BIT, 1, SET_ID_BITS),
    REFUSE_IF_BOTH(open, {TEST_ANY_BIT, 1, CREATES}, {TEST_ANY_BIT, 2, SET_ID_BITS}),
#endif
};
const size_t seccomp_refusal_count = COUNT(seccomp_refusals);

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

/* Number of instructions of emit_condition(). */
static uint8_t size_of(const struct argument_condition *condition)
{
    switch (condition->test) {
    case TEST_NONE:
        return 0;
    case TEST_EQUALS:
    case TEST_ANY_BIT:
        return 2;
    case TEST_OTHER_FAMILY:
        return (uint8_t)(1 + seccomp_family_count);
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
    case TEST_OTHER_FAMILY:
        for (size_t index = 0; index < seccomp_family_count; index++) {
            uint8_t rest = (uint8_t)(seccomp_family_count - 1 - index);
            emit(program, K_BPF_JMP_JEQ_K, seccomp_families[index], (uint8_t)(rest + skip), 0);
        }
        break;
    case TEST_NONE:
        break;
    }
}

/* Expects the call number in the accumulator, and leaves it there. */
static void emit_refusal(struct seccomp_program *program, const struct refusal *refusal)
{
    uint8_t first = size_of(&refusal->conditions[0]);
    uint8_t second = size_of(&refusal->conditions[1]);
    bool reload = first > 0;
    uint8_t block = (uint8_t)(first + second + 1 + (reload ? 1 : 0));
    emit(program, K_BPF_JMP_JEQ_K, refusal->number, 0, block);
    emit_condition(program, &refusal->conditions[0], (uint8_t)(second + 1));
    emit_condition(program, &refusal->conditions[1], 1);
    emit_return(program, K_SECCOMP_RET_ERRNO | (refusal->error & K_SECCOMP_RET_DATA));
    if (reload) {
        emit_load(program, offsetof(struct k_seccomp_data, nr));
    }
}

bool seccomp_compile(struct seccomp_program *program)
{
    program->length = 0;
    emit_load(program, offsetof(struct k_seccomp_data, arch));
    emit(program, K_BPF_JMP_JEQ_K, OWN_ARCHITECTURE, 1, 0);
    emit_return(program, K_SECCOMP_RET_KILL_PROCESS);
    emit_load(program, offsetof(struct k_seccomp_data, nr));
#if defined(__x86_64__)
    emit(program, K_BPF_JMP_JGE_K, X32_BIT, 0, 1);
    emit_return(program, K_SECCOMP_RET_ERRNO | ENOSYS);
#endif
    for (size_t index = 0; index < seccomp_refusal_count; index++) {
        emit_refusal(program, &seccomp_refusals[index]);
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
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 ? 0 : EPERM;
}
