/*
 * Runs a program for which the kernel has no Landlock, or another one than it has:
 *
 *   without_landlock ERRNO PROGRAM ARGUMENT...
 *
 * landlock_create_ruleset(2) fails with this number: 38 ENOSYS not implemented, 95 EOPNOTSUPP not enabled, 1 EPERM blocked.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi.h"

#define PR_SET_SECCOMP_FILTER 2

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }
    unsigned answer = K_SECCOMP_RET_ERRNO | (unsigned)atoi(argv[1]);
    struct k_sock_filter instructions[] = {
        {K_BPF_LD_W_ABS, 0, 0, offsetof(struct k_seccomp_data, nr)},
        {K_BPF_JMP_JEQ_K, 0, 1, K_NR_landlock_create_ruleset},
        {K_BPF_RET_K, 0, 0, answer},
        {K_BPF_RET_K, 0, 0, K_SECCOMP_RET_ALLOW},
    };
    struct k_sock_fprog program = {sizeof instructions / sizeof instructions[0], instructions};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(K_PR_SET_SECCOMP, PR_SET_SECCOMP_FILTER, &program, 0, 0) != 0) {
        perror("seccomp");
        return 1;
    }
    (void)execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
}
