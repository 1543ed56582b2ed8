#include "bypass_filter.h"

#include <errno.h>
#include <stddef.h>

#include "syscalls.h"

const struct bypass_architecture bypass_x86_64 = {K_AUDIT_ARCH_X86_64, 42, 44};
const struct bypass_architecture bypass_aarch64 = {K_AUDIT_ARCH_AARCH64, 203, 206};

#if defined(__x86_64__)
#define OWN_ARCHITECTURE bypass_x86_64
_Static_assert(SYS_connect == 42 && SYS_sendto == 44, "numbers of x86-64");
#else
#define OWN_ARCHITECTURE bypass_aarch64
_Static_assert(SYS_connect == 203 && SYS_sendto == 206, "numbers of aarch64");
#endif

#define LOAD(offset) {K_BPF_LD_W_ABS, 0, 0, (uint32_t)(offset)}
#define IF_EQUAL(value, yes, no) {K_BPF_JMP_JEQ_K, yes, no, value}
#define RETURN(action) {K_BPF_RET_K, 0, 0, action}
/* Both architectures are little-endian: the low half comes first. */
#define LOW_HALF(argument) (offsetof(struct k_seccomp_data, args) + (argument) * sizeof(uint64_t))
#define HIGH_HALF(argument) (LOW_HALF(argument) + sizeof(uint32_t))
#define SENDTO_ADDRESS 4

struct bypass_filter bypass_filter_for(const struct bypass_architecture *architecture)
{
    return (struct bypass_filter){{
        LOAD(offsetof(struct k_seccomp_data, arch)),
        IF_EQUAL(architecture->audit, 0, 7),
        LOAD(offsetof(struct k_seccomp_data, nr)),
        IF_EQUAL(architecture->connect, 6, 0),
        IF_EQUAL(architecture->sendto, 0, 4),
        LOAD(LOW_HALF(SENDTO_ADDRESS)),
        IF_EQUAL(0, 0, 3),
        LOAD(HIGH_HALF(SENDTO_ADDRESS)),
        IF_EQUAL(0, 0, 1),
        RETURN(K_SECCOMP_RET_ALLOW),
        RETURN(K_SECCOMP_RET_USER_NOTIF),
    }};
}

int bypass_filter_install(int *listener)
{
    struct bypass_filter filter = bypass_filter_for(&OWN_ARCHITECTURE);
    struct k_sock_fprog program = {BYPASS_FILTER_LENGTH, filter.instructions};
    /* Without this flag (Linux before 5.19) a signal may interrupt a call that init has in hand already. */
    *listener = sys_seccomp(K_SECCOMP_SET_MODE_FILTER,
                            K_SECCOMP_FILTER_FLAG_NEW_LISTENER | K_SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    if (*listener < 0 && errno == EINVAL) {
        *listener = sys_seccomp(K_SECCOMP_SET_MODE_FILTER, K_SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    }
    if (*listener < 0) {
        return errno;
    }
    /* Hands the processor straight over to init and back; older kernels than 6.6 do not know it and are slower. */
    (void)syscall(SYS_ioctl, *listener, K_SECCOMP_IOCTL_NOTIF_SET_FLAGS, K_SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    return 0;
}
