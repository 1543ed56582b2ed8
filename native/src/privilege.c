#include "privilege.h"

#include <errno.h>
#include <grp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <unistd.h>

#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int privilege_set_groups(uint32_t gid, bool user_namespace)
{
    gid_t groups[1] = {gid};
    if (!user_namespace && setgroups(1, groups) != 0) {
        return errno;
    }
    if (setresgid(gid, gid, gid) != 0) {
        return errno;
    }
    gid_t real;
    gid_t effective;
    gid_t saved;
    if (getresgid(&real, &effective, &saved) != 0) {
        return errno;
    }
    if (real != gid || effective != gid || saved != gid) {
        return EPERM;
    }
    return user_namespace || (getgroups(1, groups) == 1 && groups[0] == gid) ? 0 : EPERM;
}

int privilege_clear_bounding_set(void)
{
    for (int capability = 0; capability <= K_CAP_HIGHEST; capability++) {
        int held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (held < 0) {
            return capability > 0 && errno == EINVAL ? 0 : errno; /* past the last one this kernel has */
        }
        if (held == 1 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            return errno;
        }
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) {
            return EPERM;
        }
    }
    return 0;
}

int privilege_set_user(uint32_t uid, uint32_t gid)
{
    if (setresuid(uid, uid, uid) != 0) {
        return errno;
    }
    uid_t real;
    uid_t effective;
    uid_t saved;
    if (getresuid(&real, &effective, &saved) != 0) {
        return errno;
    }
    if (real != uid || effective != uid || saved != uid || getegid() != gid) {
        return EPERM;
    }
    return setuid(0) == 0 || seteuid(0) == 0 ? EPERM : 0;
}

static int set_capabilities(uint64_t set)
{
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    const struct k_cap_data wanted[2] = {
        {.effective = (uint32_t)set, .permitted = (uint32_t)set},
        {.effective = (uint32_t)(set >> 32), .permitted = (uint32_t)(set >> 32)},
    };
    struct k_cap_data got[2] = {{0}};
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || sys_capset(&header, wanted) != 0 ||
        sys_capget(&header, got) != 0) {
        return errno;
    }
    for (size_t half = 0; half < 2; half++) {
        if (got[half].effective != wanted[half].effective || got[half].permitted != wanted[half].permitted ||
            got[half].inheritable != 0) {
            return EPERM;
        }
    }
    return 0;
}

int privilege_clear_capabilities(void)
{
    int error = set_capabilities(0);
    if (error != 0) {
        return error;
    }
    return setuid(0) == 0 || setgid(0) == 0 ? EPERM : 0;
}

int privilege_forbid_core_dumps(void)
{
    const struct rlimit none = {0, 0};
    struct rlimit got;
    if (setrlimit(RLIMIT_CORE, &none) != 0 || getrlimit(RLIMIT_CORE, &got) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return errno;
    }
    return got.rlim_cur == 0 && got.rlim_max == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : EPERM;
}

int privilege_no_new_privileges(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return errno;
    }
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : EPERM;
}

int privilege_drop_all(void)
{
    int error = privilege_clear_bounding_set();
    error = error != 0 ? error : privilege_forbid_core_dumps();
    error = error != 0 ? error : set_capabilities(0);
    return error != 0 ? error : privilege_no_new_privileges();
}

/* The first is for the start of a container, the last for outside of one; those between are kept everywhere. */
static const struct {
    unsigned number;
    const char *name;
} needed[] = {
    {K_CAP_CHOWN, "CHOWN"},   {K_CAP_DAC_READ_SEARCH, "DAC_READ_SEARCH"}, {K_CAP_KILL, "KILL"},
    {K_CAP_SETGID, "SETGID"}, {K_CAP_SETUID, "SETUID"},                   {K_CAP_SETPCAP, "SETPCAP"},
    {K_CAP_SYS_PTRACE, "SYS_PTRACE"}, {K_CAP_SYS_ADMIN, "SYS_ADMIN"},
};

const char *privilege_missing_in_container(void)
{
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    struct k_cap_data have[2] = {{0}};
    if (sys_capget(&header, have) != 0) {
        return "all";
    }
    for (size_t index = 0; index < COUNT(needed) - 1; index++) {
        if ((have[0].effective & 1u << needed[index].number) == 0) {
            return needed[index].name;
        }
    }
    return NULL;
}

int privilege_act_as(uint32_t uid, uint32_t gid)
{
    (void)setfsgid(gid);
    (void)setfsuid(uid);
    /* They answer with what was before, also when they did nothing. */
    bool done = (uint32_t)setfsuid((uid_t)-1) == uid && (uint32_t)setfsgid((gid_t)-1) == gid;
    return done ? 0 : EPERM;
}

int privilege_keep_for_init(bool contained)
{
    uint64_t set = 0;
    for (size_t index = 1; index < COUNT(needed) - (contained ? 1 : 0); index++) {
        set |= 1ull << needed[index].number;
    }
    /* The supervisor's keys are not the sandbox's. A kernel without keyrings has none to leave. */
    if (syscall(SYS_keyctl, K_KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS && errno != EPERM) {
        return errno;
    }
    int error = privilege_clear_bounding_set();
    error = error != 0 ? error : privilege_forbid_core_dumps();
    error = error != 0 ? error : set_capabilities(set);
    return error != 0 ? error : privilege_no_new_privileges();
}
