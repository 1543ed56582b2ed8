#include "rights.h"

#include "abi.h"

/*
 * What each version added. 8 lets all threads of a process be restricted at once; the child that restricts
 * itself has one. The flags of 7 keep the launcher's own check, and what an agent provokes in domains
 * of its own making, out of the machine's audit log.
 */
static const struct rights added[RIGHTS_NEWEST_ABI + 1] = {
    [1] = {.files = (K_LANDLOCK_FS_MAKE_SYM << 1) - 1},
    [2] = {.files = K_LANDLOCK_FS_REFER},
    [3] = {.files = K_LANDLOCK_FS_TRUNCATE},
    [4] = {.network = K_LANDLOCK_NET_BIND_TCP | K_LANDLOCK_NET_CONNECT_TCP},
    [5] = {.files = K_LANDLOCK_FS_IOCTL_DEV},
    [6] = {.scopes = K_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | K_LANDLOCK_SCOPE_SIGNAL},
    [7] = {.flags = K_LANDLOCK_LOG_SAME_EXEC_OFF | K_LANDLOCK_LOG_SUBDOMAINS_OFF},
    [9] = {.files = K_LANDLOCK_FS_RESOLVE_UNIX},
    [10] = {.network = K_LANDLOCK_NET_BIND_UDP | K_LANDLOCK_NET_CONNECT_SEND_UDP},
};

struct rights rights_of(int abi)
{
    struct rights all = {0};
    for (int version = 1; version <= abi && version <= RIGHTS_NEWEST_ABI; version++) {
        all.files |= added[version].files;
        all.network |= added[version].network;
        all.scopes |= added[version].scopes;
        all.flags |= added[version].flags;
    }
    return all;
}

bool rights_know_tcp(int abi)
{
    return (rights_of(abi).network & K_LANDLOCK_NET_CONNECT_TCP) != 0;
}
