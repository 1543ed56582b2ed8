/* Makes each system call that must be refused, and prints its name and what came of it: "done" or an errno's name. See
 * ProcessIT. The arguments are such that a kernel which looks at them answers EFAULT, EINVAL or EBADF, or does no harm:
 * EPERM can only come from before that. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#define SYS_io_uring_enter 426
#define SYS_io_uring_register 427
#endif
#define SYS_mount_setattr_ 442
#define SYS_open_tree_attr_ 467

static void report(const char *name, long result)
{
    printf("%s %s\n", name, result >= 0 ? "done" : strerrorname_np(errno));
    fflush(stdout);
}

#define CALL(name, ...) report(#name, syscall(SYS_##name, __VA_ARGS__))

/* A process is made by some of these calls when they are let through: it ends at once. */
static void report_child(const char *name, long result)
{
    if (result == 0) {
        _exit(0);
    }
    report(name, result);
}

static void mission_unconditional(void)
{
    CALL(memfd_create, "x", 0);
    CALL(ptrace, PTRACE_TRACEME, 0, 0, 0);
    CALL(bpf, 0, NULL, 0);
    CALL(process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
    CALL(process_vm_writev, getpid(), NULL, 0, NULL, 0, 0);
    CALL(pidfd_open, getpid(), 0);
    CALL(pidfd_getfd, -1, 0, 0);
    CALL(pidfd_send_signal, -1, 0, NULL, 0);
    CALL(io_uring_setup, 1, NULL);
    CALL(mount, NULL, NULL, NULL, 0, NULL);
    CALL(fsopen, NULL, 0);
    CALL(fsconfig, -1, 0, NULL, NULL, 0);
    CALL(fsmount, -1, 0, 0);
    CALL(fspick, -1, NULL, 0);
    CALL(move_mount, -1, NULL, -1, NULL, 0);
    CALL(open_tree, -1, NULL, 0);
    CALL(setns, -1, 0);
    CALL(umount2, NULL, 0);
    CALL(pivot_root, NULL, NULL);
    CALL(userfaultfd, 0);
    CALL(perf_event_open, NULL, 0, -1, -1, 0);
}

static void mission_conditional(void)
{
    int self = open("/proc/self/exe", O_RDONLY);
    char *const none[] = {NULL};
    report("execveat+AT_EMPTY_PATH", syscall(SYS_execveat, self, "", none, none, AT_EMPTY_PATH));
    report("unshare+CLONE_NEWUSER", syscall(SYS_unshare, CLONE_NEWUSER));
    report("unshare+CLONE_NEWUSER|CLONE_NEWNET", syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNET));
    report_child("clone+CLONE_NEWUSER", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
    report_child("clone+CLONE_NEWUSER|CLONE_NEWNS", syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0));
    report("seccomp+SECCOMP_SET_MODE_FILTER", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL));
    report_child("clone3", syscall(SYS_clone3, NULL, 0));
}

static void other_doors(void)
{
    CALL(io_uring_enter, -1, 0, 0, 0, NULL, 0);
    CALL(io_uring_register, -1, 0, NULL, 0);
    report("mount_setattr", syscall(SYS_mount_setattr_, -1, NULL, 0, NULL, 0));
    report("open_tree_attr", syscall(SYS_open_tree_attr_, -1, NULL, 0, NULL, 0));
    CALL(chroot, NULL);
    CALL(kcmp, getpid(), getpid(), 0, 0, 0);
    CALL(open_by_handle_at, -1, NULL, 0);
    CALL(fanotify_init, 0, 0);
    CALL(add_key, NULL, NULL, NULL, 0, 0);
    CALL(request_key, NULL, NULL, NULL, 0);
    CALL(keyctl, 0, 0, 0, 0, 0);
    CALL(init_module, NULL, 0, NULL);
    CALL(finit_module, -1, NULL, 0);
    CALL(delete_module, NULL, 0);
    CALL(kexec_load, 0, 0, NULL, 0);
    CALL(syslog, 3, NULL, 0);
    CALL(reboot, 0, 0, 0, NULL);
    CALL(sethostname, NULL, 0);
    CALL(settimeofday, NULL, NULL);
    CALL(acct, NULL);
    CALL(swapon, NULL, 0);
    CALL(quotactl, 0, NULL, 0, NULL);
    report("unshare+CLONE_NEWNET", syscall(SYS_unshare, CLONE_NEWNET));
    report("unshare+CLONE_NEWNS", syscall(SYS_unshare, CLONE_NEWNS));
    report("unshare+CLONE_NEWPID", syscall(SYS_unshare, CLONE_NEWPID));
    report_child("clone+CLONE_NEWPID", syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
    report("prctl+PR_SET_SECCOMP", syscall(SYS_prctl, 22, 2, NULL, 0, 0));
    report("setuid+0", syscall(SYS_setuid, 0));
    report("setgid+0", syscall(SYS_setgid, 0));
    report("setresuid+0", syscall(SYS_setresuid, 0, 0, 0));
    report("setgroups+0", syscall(SYS_setgroups, 0, NULL));
}

/* Some would end this process, or pass over the limits of the machine: in a child. */
static void other_architectures(void)
{
#if defined(__x86_64__)
    int child = fork();
    if (child == 0) {
        __asm__ volatile("int $0x80" : : "a"(20) : "memory");
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    printf("int80 %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "SIGSYS" : "done");
    report("x32", syscall(0x40000000 | SYS_getpid));
#endif
}

int main(void)
{
    mission_unconditional();
    mission_conditional();
    other_doors();
    other_architectures();
    for (int family = 0; family < 48; family++) {
        int fd = socket(family, SOCK_DGRAM, 0);
        int error = errno;
        int pair[2];
        if (fd >= 0) {
            close(fd);
        }
        errno = error;
        printf("family+%d %s", family, fd >= 0 ? "done" : strerrorname_np(error));
        int raw = socket(family, SOCK_RAW, family == AF_NETLINK ? 0 : 255);
        printf(" %s", raw >= 0 ? "done" : strerrorname_np(errno));
        int both = socketpair(family, SOCK_STREAM, 0, pair);
        printf(" %s\n", both >= 0 ? "done" : strerrorname_np(errno));
    }
    return 0;
}
