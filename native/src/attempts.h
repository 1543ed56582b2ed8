/*
 * What the probe tries. An attempt returns what came of it: 0 when it happened, an errno, or minus the number of
 * the signal that killed the process that tried. It cleans up after itself, also when what is forbidden happens.
 *
 * A refusal proves a layer only where the same call comes out otherwise without it. Therefore the files of the
 * scene belong to the sandbox's user, the bystander too, and calls refused by the filter are made so that the kernel
 * itself would let them pass or say something other than EPERM. Where two layers say the same, the table names both.
 */
#ifndef OPENSHELL_ATTEMPTS_H
#define OPENSHELL_ATTEMPTS_H

#include "attest_scene.h"

/* What an attempt rests on; without it the attempt is reported as not applicable. */
enum need {
    NEEDS_NOTHING,
    NEEDS_ROOT,
    NEEDS_USER_NAMESPACE,
    NEEDS_ANOTHER_ARCHITECTURE,
    NEEDS_OWN_NAMESPACES, /* mounts and a gate that the launcher has made */
    NEEDS_CONTAINER,
    NEEDS_IPV6,
    NEEDS_ANY_TCP, /* TCP not limited to the proxy */
    NEEDS_ANY_UDP, /* UDP not refused along with that */
    NEEDS_LANDLOCK,
    NEEDS_TCP_LIMIT,
    NEEDS_IMAGE, /* Landlock, and a root that the launcher has not made */
    NEEDS_OUTSIDE,   /* Landlock, and a directory that no rule covers */
    NEEDS_READ_ONLY, /* Landlock, and a directory that only read-only rules cover */
    NEEDS_DEVICE,    /* Landlock, and a device without a right to ioctl */
};

enum meaning {
    MEANS_REFUSED, /* the layer must answer with the expected outcome */
    MEANS_WORKS,   /* a control: what a sandbox allows must work, else the other outcomes prove nothing */
    MEANS_HOLDS,   /* a property that the kernel is asked for */
};

struct attempt {
    const char *name;
    int (*make)(const struct scene *scene);
    enum meaning meaning;
    int expected;
    int also; /* what a kernel may answer instead, else 0 */
    const char *by;                 /* what answers so */
    enum need need;
    uint32_t abi; /* of Landlock, the lowest that has this */
};

extern const struct attempt attempts[];
extern const size_t attempt_count;

/* What answers where the filter comes first and the kernel would say the same. */
extern const char attempt_by_both[];

/* Runs an attempt that would change its process in a child of its own. */
int attempt_in_child(int (*make)(const struct scene *scene), const struct scene *scene);

/* 0 or errno, of a system call's result. */
int attempt_result(long result);

/* The same for a descriptor, which is closed. */
int attempt_descriptor(int fd);

/* attempts_files.c */
int try_read_only_mounts(const struct scene *scene);
int try_root(const struct scene *scene);
int try_supervisor(const struct scene *scene);
int try_read_outside(const struct scene *scene);
int try_list_outside(const struct scene *scene);
int try_write_outside(const struct scene *scene);
int try_create_outside(const struct scene *scene);
int try_remove_outside(const struct scene *scene);
int try_rename_outside(const struct scene *scene);
int try_link_outside(const struct scene *scene);
int try_truncate_outside(const struct scene *scene);
int try_execute_outside(const struct scene *scene);
int try_read_declared(const struct scene *scene);
int try_write_read_only(const struct scene *scene);
int try_truncate_read_only(const struct scene *scene);
int try_create_read_only(const struct scene *scene);
int try_rename_across(const struct scene *scene);
int try_link_across(const struct scene *scene);
int try_device_ioctl(const struct scene *scene);
int try_write_declared(const struct scene *scene);
int try_first_process(const struct scene *scene);

/* attempts_network.c */
int try_loopback(const struct scene *scene);
int try_gate(const struct scene *scene);
int try_tcp(const struct scene *scene);
int try_tcp_metadata(const struct scene *scene);
int try_tcp_neighbour(const struct scene *scene);
int try_udp(const struct scene *scene);
int try_multicast(const struct scene *scene);
int try_tcp6(const struct scene *scene);
int try_udp6(const struct scene *scene);
int try_gate_tcp_port(const struct scene *scene);
int try_gate_udp_port(const struct scene *scene);
int try_raw_socket(const struct scene *scene);
int try_ping_socket(const struct scene *scene);
int try_packet_socket(const struct scene *scene);
int try_netlink_socket(const struct scene *scene);
int try_vsock_socket(const struct scene *scene);
int try_hidden_socket(const struct scene *scene);
int try_reachable_socket(const struct scene *scene);

/* attempts_calls.c */
int try_tiocsti(const struct scene *scene);
int try_tioclinux(const struct scene *scene);
int try_mount(const struct scene *scene);
int try_unshare_user(const struct scene *scene);
int try_unshare_mount(const struct scene *scene);
int try_clone_user(const struct scene *scene);
int try_clone3_user(const struct scene *scene);
int try_ptrace(const struct scene *scene);
int try_process_vm_readv(const struct scene *scene);
int try_process_vm_writev(const struct scene *scene);
int try_pidfd_open(const struct scene *scene);
int try_pidfd_getfd(const struct scene *scene);
int try_pidfd_send_signal(const struct scene *scene);
int try_io_uring_setup(const struct scene *scene);
int try_io_uring_enter(const struct scene *scene);
int try_io_uring_register(const struct scene *scene);
int try_bpf(const struct scene *scene);
int try_perf_event_open(const struct scene *scene);
int try_userfaultfd(const struct scene *scene);
int try_memfd_create(const struct scene *scene);
int try_memfd_secret(const struct scene *scene);
int try_execveat(const struct scene *scene);
int try_x32(const struct scene *scene);
int try_32_bit(const struct scene *scene);
int try_signal_bystander(const struct scene *scene);

/* attempts_identity.c */
int try_setuid(const struct scene *scene);
int try_setgid(const struct scene *scene);
int try_setgroups(const struct scene *scene);
int try_core_dump(const struct scene *scene);
int check_identity(const struct scene *scene);
int check_groups(const struct scene *scene);
int check_capabilities(const struct scene *scene);
int check_bounding_set(const struct scene *scene);
int check_core_limit(const struct scene *scene);
int check_not_dumpable(const struct scene *scene);
int check_no_new_privileges(const struct scene *scene);
int check_filter(const struct scene *scene);
int check_descriptors(const struct scene *scene);

#endif
