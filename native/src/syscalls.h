/* Thin wrappers for system calls that a C library may not offer. Errors as in the kernel: -1 and errno. */
#ifndef OPENSHELL_SYSCALLS_H
#define OPENSHELL_SYSCALLS_H

#include <stddef.h>
#include <unistd.h>

#include "abi.h"

static inline int sys_openat2(int directory, const char *path, const struct k_open_how *how)
{
    return (int)syscall(K_NR_openat2, directory, path, how, sizeof *how);
}

static inline int sys_open_tree(int directory, const char *path, unsigned flags)
{
    return (int)syscall(K_NR_open_tree, directory, path, flags);
}

static inline int sys_move_mount(int tree, int target)
{
    return (int)syscall(K_NR_move_mount, tree, "", target, "", K_MOVE_MOUNT_F_EMPTY_PATH | K_MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int sys_mount_setattr(int directory, const char *path, unsigned flags,
                                    const struct k_mount_attr *attributes)
{
    return (int)syscall(K_NR_mount_setattr, directory, path, flags, attributes, sizeof *attributes);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

static inline int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
    return (int)syscall(K_NR_close_range, first, last, flags);
}

static inline int sys_landlock_create_ruleset(const struct k_landlock_ruleset_attr *attributes, size_t size,
                                              unsigned flags)
{
    return (int)syscall(K_NR_landlock_create_ruleset, attributes, size, flags);
}

static inline int sys_landlock_add_path(int ruleset, const struct k_landlock_path_beneath_attr *rule)
{
    return (int)syscall(K_NR_landlock_add_rule, ruleset, K_LANDLOCK_RULE_PATH_BENEATH, rule, 0u);
}

static inline int sys_landlock_add_port(int ruleset, const struct k_landlock_net_port_attr *rule)
{
    return (int)syscall(K_NR_landlock_add_rule, ruleset, K_LANDLOCK_RULE_NET_PORT, rule, 0u);
}

static inline int sys_landlock_restrict_self(int ruleset, unsigned flags)
{
    return (int)syscall(K_NR_landlock_restrict_self, ruleset, flags);
}

static inline int sys_fsopen(const char *type)
{
    return (int)syscall(K_NR_fsopen, type, 1u);
}

static inline int sys_fsconfig_create(int context)
{
    return (int)syscall(K_NR_fsconfig, context, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static inline int sys_fsmount(int context, unsigned attributes)
{
    return (int)syscall(K_NR_fsmount, context, 1u, attributes);
}

static inline int sys_seccomp(unsigned operation, unsigned flags, void *argument)
{
    return (int)syscall(SYS_seccomp, operation, flags, argument);
}

static inline int sys_pidfd_open(int pid, unsigned flags)
{
    return (int)syscall(K_NR_pidfd_open, pid, flags);
}

static inline int sys_pidfd_getfd(int process, int fd)
{
    return (int)syscall(K_NR_pidfd_getfd, process, fd, 0u);
}

/* The C libraries disagree on the type of the request. */
static inline int sys_ioctl(int fd, uint32_t request, void *argument)
{
    return (int)syscall(SYS_ioctl, fd, request, argument);
}

static inline int sys_capget(struct k_cap_header *header, struct k_cap_data data[2])
{
    return (int)syscall(SYS_capget, header, data);
}

static inline int sys_capset(struct k_cap_header *header, const struct k_cap_data data[2])
{
    return (int)syscall(SYS_capset, header, data);
}

#endif
