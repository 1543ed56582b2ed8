#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"

#define X32_BIT 0x40000000L
#define K_CLONE_PIDFD 0x1000
#define K_UFFD_USER_MODE_ONLY 1
#define K_BPF_NO_SUCH_COMMAND 9999
#define K_PERF_ATTR_SIZE_VER0 64u
#define K_IO_URING_PARAMS_SIZE 120

/* The standard streams are /dev/null, which answers ENOTTY to every ioctl that gets there. */
int try_tiocsti(const struct scene *scene)
{
    (void)scene;
    char typed = 'x';
    return attempt_result(ioctl(STDIN_FILENO, (int)K_TIOCSTI, &typed));
}

int try_tioclinux(const struct scene *scene)
{
    (void)scene;
    char command[8] = {2};
    return attempt_result(ioctl(STDIN_FILENO, (int)K_TIOCLINUX, command));
}

int try_mount(const struct scene *scene)
{
    (void)scene;
    return attempt_result(mount("none", "/dev/shm", "tmpfs", 0, NULL));
}

static int unshare_user(const struct scene *scene)
{
    (void)scene;
    return attempt_result(unshare(CLONE_NEWUSER));
}

int try_unshare_user(const struct scene *scene)
{
    return attempt_in_child(unshare_user, scene);
}

static int unshare_mount(const struct scene *scene)
{
    (void)scene;
    return attempt_result(unshare(CLONE_NEWNS));
}

int try_unshare_mount(const struct scene *scene)
{
    return attempt_in_child(unshare_mount, scene);
}

/* As fork(2) with flags: without a stack the child goes on in a copy of ours. */
static int clone_and_reap(long child)
{
    if (child == 0) {
        _exit(0);
    }
    int outcome = attempt_result(child);
    if (outcome == 0) {
        (void)waitpid((pid_t)child, NULL, 0);
    }
    return outcome;
}

int try_clone_user(const struct scene *scene)
{
    (void)scene;
    return clone_and_reap(syscall(SYS_clone, (long)(CLONE_NEWUSER | SIGCHLD), 0L, 0L, 0L, 0L));
}

int try_clone3_user(const struct scene *scene)
{
    (void)scene;
    const uint64_t arguments[8] = {[0] = CLONE_NEWUSER, [4] = SIGCHLD};
    return clone_and_reap(syscall(K_NR_clone3, arguments, sizeof arguments));
}

static int trace_me(const struct scene *scene)
{
    (void)scene;
    return attempt_result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

int try_ptrace(const struct scene *scene)
{
    return attempt_in_child(trace_me, scene);
}

/* A process may always read and write its own memory. */
static int copy_own_memory(long number)
{
    char from = 'x';
    char to = 0;
    const struct iovec source = {&from, 1};
    const struct iovec target = {&to, 1};
    return attempt_result(syscall(number, (long)getpid(), &target, 1L, &source, 1L, 0L));
}

int try_process_vm_readv(const struct scene *scene)
{
    (void)scene;
    return copy_own_memory(SYS_process_vm_readv);
}

int try_process_vm_writev(const struct scene *scene)
{
    (void)scene;
    return copy_own_memory(SYS_process_vm_writev);
}

int try_pidfd_open(const struct scene *scene)
{
    (void)scene;
    return attempt_descriptor((int)syscall(K_NR_pidfd_open, (long)getpid(), 0L));
}

/* /dev/null is no pidfd: the kernel would say EBADF. */
int try_pidfd_getfd(const struct scene *scene)
{
    (void)scene;
    return attempt_descriptor((int)syscall(K_NR_pidfd_getfd, (long)STDIN_FILENO, 0L, 0L));
}

int try_pidfd_send_signal(const struct scene *scene)
{
    (void)scene;
    return attempt_result(syscall(K_NR_pidfd_send_signal, (long)STDIN_FILENO, 0L, NULL, 0L));
}

int try_io_uring_setup(const struct scene *scene)
{
    (void)scene;
    uint8_t parameters[K_IO_URING_PARAMS_SIZE] = {0};
    return attempt_descriptor((int)syscall(K_NR_io_uring_setup, 1L, parameters));
}

/* /dev/null is no ring: the kernel would say EOPNOTSUPP. */
int try_io_uring_enter(const struct scene *scene)
{
    (void)scene;
    return attempt_result(syscall(K_NR_io_uring_enter, (long)STDIN_FILENO, 0L, 0L, 0L, NULL, 0L));
}

int try_io_uring_register(const struct scene *scene)
{
    (void)scene;
    return attempt_result(syscall(K_NR_io_uring_register, (long)STDIN_FILENO, 0L, NULL, 0L));
}

/* Loading a program takes a capability on most hosts, and says EPERM as well; an unknown command says EINVAL. */
int try_bpf(const struct scene *scene)
{
    (void)scene;
    const uint64_t attributes[2] = {0};
    return attempt_descriptor((int)syscall(SYS_bpf, (long)K_BPF_NO_SUCH_COMMAND, attributes, sizeof attributes));
}

/* A counter of the process's own; a paranoid kernel says EACCES. */
int try_perf_event_open(const struct scene *scene)
{
    (void)scene;
    const uint32_t attributes[K_PERF_ATTR_SIZE_VER0 / sizeof(uint32_t)] = {1, K_PERF_ATTR_SIZE_VER0};
    return attempt_descriptor((int)syscall(SYS_perf_event_open, attributes, 0L, -1L, -1L, 0L));
}

int try_userfaultfd(const struct scene *scene)
{
    (void)scene;
    return attempt_descriptor((int)syscall(SYS_userfaultfd, (long)(O_CLOEXEC | K_UFFD_USER_MODE_ONLY)));
}

int try_memfd_create(const struct scene *scene)
{
    (void)scene;
    return attempt_descriptor((int)syscall(SYS_memfd_create, "attestation", 0L));
}

/* A kernel without secret memory says ENOSYS. */
int try_memfd_secret(const struct scene *scene)
{
    (void)scene;
    return attempt_descriptor((int)syscall(K_NR_memfd_secret, 0L));
}

/* /dev/null is no program: the kernel would say EACCES. */
int try_execveat(const struct scene *scene)
{
    (void)scene;
    char *const nothing[] = {NULL};
    return attempt_result(syscall(SYS_execveat, (long)STDIN_FILENO, "", nothing, nothing, (long)AT_EMPTY_PATH));
}

#if defined(__x86_64__)
static int call_x32(const struct scene *scene)
{
    (void)scene;
    return attempt_result(syscall(X32_BIT | SYS_getpid));
}

int try_x32(const struct scene *scene)
{
    return attempt_in_child(call_x32, scene);
}

/* getpid of the 32-bit table. */
static int enter_by_interrupt(const struct scene *scene)
{
    (void)scene;
    long result = 20;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return result < 0 ? (int)-result : 0;
}

int try_32_bit(const struct scene *scene)
{
    return attempt_in_child(enter_by_interrupt, scene);
}
#endif

int try_signal_bystander(const struct scene *scene)
{
    return attempt_result(kill(scene->bystander, 0));
}
