#include "attempts.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int attempt_result(long result)
{
    return result < 0 ? errno : 0;
}

int attempt_descriptor(int fd)
{
    int outcome = attempt_result(fd);
    if (outcome == 0) {
        (void)close(fd);
    }
    return outcome;
}

/* Every errno fits into an exit code. */
int attempt_in_child(int (*make)(const struct scene *scene), const struct scene *scene)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(make(scene));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return errno;
    }
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static const char seccomp[] = "seccomp";
static const char landlock[] = "Landlock";
static const char gate[] = "the gate, where nothing else listens";
static const char no_route[] = "the network namespace, which has no route there";
static const char no_ipv6[] = "the network namespace, which has no IPv6";
static const char no_capability[] = "the kernel, for want of a capability";
static const char no_root[] = "the user namespace, in which there is no root";
const char attempt_by_both[] = "seccomp; the missing capability would refuse it too";
static const char separate_mounts[] = "the mounts, which are separate; Landlock would refuse it too";

#define REFUSED(name, make, error, by) {name, make, MEANS_REFUSED, error, 0, by, NEEDS_NOTHING, 0}
#define REFUSED_BY_LANDLOCK(name, make, need, abi) {name, make, MEANS_REFUSED, EACCES, 0, landlock, need, abi}
#define WORKS(name, make) {name, make, MEANS_WORKS, 0, 0, NULL, NEEDS_NOTHING, 0}
#define HOLDS(name, make) {name, make, MEANS_HOLDS, 0, 0, NULL, NEEDS_NOTHING, 0}

const struct attempt attempts[] = {
    /* Files */
    WORKS("write in a read-write path", try_write_declared),
    {"read a file of a read-only path", try_read_declared, MEANS_WORKS, 0, 0, NULL, NEEDS_READ_ONLY, 1},
    {"change a read-only mount", try_read_only_mounts, MEANS_REFUSED, EROFS, 0, "the mounts", NEEDS_OWN_NAMESPACES, 0},
    {"create a directory in the root", try_root, MEANS_REFUSED, EROFS, 0, "the mount", NEEDS_OWN_NAMESPACES, 0},
    REFUSED_BY_LANDLOCK("create a directory in the image's root", try_root, NEEDS_IMAGE, 1),
    {"connect to the supervisor", try_supervisor, MEANS_REFUSED, EACCES, ENOENT, "the socket's folder", NEEDS_CONTAINER,
     0},
    REFUSED_BY_LANDLOCK("write to a file of a read-only path", try_write_read_only, NEEDS_READ_ONLY, 1),
    REFUSED_BY_LANDLOCK("create a file in a read-only path", try_create_read_only, NEEDS_READ_ONLY, 1),
    REFUSED_BY_LANDLOCK("truncate a file of a read-only path", try_truncate_read_only, NEEDS_READ_ONLY, 3),
    REFUSED_BY_LANDLOCK("read a file outside", try_read_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("list a directory outside", try_list_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("execute a file outside", try_execute_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("write to a file outside", try_write_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("create a file outside", try_create_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("remove a file outside", try_remove_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("rename a file outside", try_rename_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("link a file outside", try_link_outside, NEEDS_OUTSIDE, 1),
    REFUSED_BY_LANDLOCK("truncate a file outside", try_truncate_outside, NEEDS_OUTSIDE, 3),
    {"rename from a read-only to a read-write path", try_rename_across, MEANS_REFUSED, EXDEV, 0, separate_mounts,
     NEEDS_READ_ONLY, 0},
    {"link a file outside into a read-write path", try_link_across, MEANS_REFUSED, EXDEV, 0, separate_mounts,
     NEEDS_OUTSIDE, 0},
    REFUSED_BY_LANDLOCK("ioctl on a device", try_device_ioctl, NEEDS_DEVICE, 5),
    REFUSED("TIOCSTI", try_tiocsti, EPERM, seccomp),
    REFUSED("TIOCLINUX", try_tioclinux, EPERM, seccomp),
    REFUSED("mount", try_mount, EPERM, attempt_by_both),

    /* Processes */
    REFUSED("user namespace by unshare", try_unshare_user, EPERM, seccomp),
    REFUSED("user namespace by clone", try_clone_user, EPERM, seccomp),
    REFUSED("user namespace by clone3", try_clone3_user, ENOSYS, seccomp),
    REFUSED("mount namespace by unshare", try_unshare_mount, EPERM, attempt_by_both),
    REFUSED("root of the first process", try_first_process, EACCES, "the kernel: another user, not dumpable"),
    REFUSED("ptrace", try_ptrace, EPERM, seccomp),
    REFUSED("process_vm_readv", try_process_vm_readv, EPERM, seccomp),
    REFUSED("process_vm_writev", try_process_vm_writev, EPERM, seccomp),
    REFUSED("pidfd_open", try_pidfd_open, EPERM, seccomp),
    REFUSED("pidfd_getfd", try_pidfd_getfd, EPERM, seccomp),
    REFUSED("pidfd_send_signal", try_pidfd_send_signal, EPERM, seccomp),
    {"signal to a process outside the domain", try_signal_bystander, MEANS_REFUSED, EPERM, 0, landlock, NEEDS_LANDLOCK,
     6},
    REFUSED("io_uring_setup", try_io_uring_setup, EPERM, seccomp),
    REFUSED("io_uring_enter", try_io_uring_enter, EPERM, seccomp),
    REFUSED("io_uring_register", try_io_uring_register, EPERM, seccomp),
    REFUSED("bpf", try_bpf, EPERM, seccomp),
    REFUSED("perf_event_open", try_perf_event_open, EPERM, seccomp),
    REFUSED("userfaultfd", try_userfaultfd, EPERM, seccomp),
    REFUSED("memfd_create", try_memfd_create, EPERM, seccomp),
    REFUSED("memfd_secret", try_memfd_secret, EPERM, seccomp),
    REFUSED("execveat of a descriptor", try_execveat, EPERM, seccomp),
#if defined(__x86_64__)
    {"32-bit system call", try_32_bit, MEANS_REFUSED, -SIGSYS, -SIGSEGV, "seccomp, or a kernel without them",
     NEEDS_NOTHING, 0},
    /* An engine's filter around the container may kill for it, which comes first. */
    {"x32 system call", try_x32, MEANS_REFUSED, ENOSYS, -SIGSYS, "seccomp, or a kernel without x32", NEEDS_NOTHING, 0},
#endif

    /* Network */
    {"connect over the loopback", try_loopback, MEANS_WORKS, 0, 0, NULL, NEEDS_ANY_TCP, 0},
    WORKS("connect to the gate", try_gate),
    REFUSED("TCP to another host", try_tcp, ENETUNREACH, no_route),
    REFUSED("TCP to the cloud's metadata address", try_tcp_metadata, ENETUNREACH, no_route),
    REFUSED("TCP to a neighbour of the gate", try_tcp_neighbour, ENETUNREACH, no_route),
    {"TCP to another port of the gate", try_gate_tcp_port, MEANS_REFUSED, ECONNREFUSED, 0, gate, NEEDS_ANY_TCP, 0},
    REFUSED_BY_LANDLOCK("limited: TCP to another port of the gate", try_gate_tcp_port, NEEDS_TCP_LIMIT, 4),
    REFUSED_BY_LANDLOCK("limited: TCP server on the loopback", try_loopback, NEEDS_TCP_LIMIT, 4),
    {"UDP to another host", try_udp, MEANS_REFUSED, ENETUNREACH, 0, no_route, NEEDS_ANY_UDP, 0},
    {"UDP to the gate", try_gate_udp_port, MEANS_REFUSED, ECONNREFUSED, 0, gate, NEEDS_ANY_UDP, 0},
    {"UDP multicast", try_multicast, MEANS_REFUSED, ENETUNREACH, 0, no_route, NEEDS_ANY_UDP, 0},
    REFUSED_BY_LANDLOCK("limited: UDP to another host", try_udp, NEEDS_TCP_LIMIT, 10),
    REFUSED_BY_LANDLOCK("limited: UDP to the gate", try_gate_udp_port, NEEDS_TCP_LIMIT, 10),
    {"TCP over IPv6", try_tcp6, MEANS_REFUSED, EADDRNOTAVAIL, ENETUNREACH, no_ipv6, NEEDS_IPV6, 0},
    {"UDP over IPv6", try_udp6, MEANS_REFUSED, EADDRNOTAVAIL, ENETUNREACH, no_ipv6, NEEDS_IPV6, 0},
    REFUSED("raw socket", try_raw_socket, EPERM, attempt_by_both),
    REFUSED("ICMP socket", try_ping_socket, EACCES, "the network namespace, whose ping_group_range is empty"),
    REFUSED("packet socket", try_packet_socket, EPERM, attempt_by_both),
    REFUSED("netlink socket", try_netlink_socket, EPERM, seccomp),
    REFUSED("vsock socket", try_vsock_socket, EPERM, seccomp),
    {"abstract Unix socket of another network namespace", try_hidden_socket, MEANS_REFUSED, ECONNREFUSED, 0,
     "the network namespace", NEEDS_OWN_NAMESPACES, 0},
    {"abstract Unix socket outside the domain", try_reachable_socket, MEANS_REFUSED, EPERM, 0, landlock, NEEDS_LANDLOCK,
     6},

    /* Identity */
    HOLDS("user and group", check_identity),
    {"no supplementary group but its own", check_groups, MEANS_HOLDS, 0, 0, NULL, NEEDS_ROOT, 0},
    {"setuid(0)", try_setuid, MEANS_REFUSED, EPERM, 0, no_capability, NEEDS_ROOT, 0},
    {"setgid(0)", try_setgid, MEANS_REFUSED, EPERM, 0, no_capability, NEEDS_ROOT, 0},
    {"setuid(0) in a user namespace", try_setuid, MEANS_REFUSED, EINVAL, 0, no_root, NEEDS_USER_NAMESPACE, 0},
    {"setgid(0) in a user namespace", try_setgid, MEANS_REFUSED, EINVAL, 0, no_root, NEEDS_USER_NAMESPACE, 0},
    REFUSED("setgroups", try_setgroups, EPERM, no_capability),
    HOLDS("capability sets empty", check_capabilities),
    HOLDS("capability bounding set empty", check_bounding_set),
    HOLDS("no_new_privs", check_no_new_privileges),
    HOLDS("seccomp in filter mode", check_filter),
    HOLDS("no descriptor but the standard streams", check_descriptors),
    HOLDS("core limit 0", check_core_limit),
    HOLDS("not dumpable", check_not_dumpable),
    REFUSED("core dump", try_core_dump, -SIGABRT, "the core limit; it died without one"),
};
const size_t attempt_count = sizeof attempts / sizeof attempts[0];
