/*
 * Giving up privileges: each function does what it says, and notices when the kernel only says that it did. A filter plays
 * such a kernel: it lets one call succeed without being made.
 */
#include "privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/securebits.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define UID 1500u
#define GID 1600u
#define CAPABILITY 12 /* CAP_NET_ADMIN */
#define ALWAYS (-1)
#define SECCOMP_FILTER 2

/* From now on this call, with this value as this argument if it is not ALWAYS, answers 0 and does nothing. */
static void play_along(long call, int argument, unsigned value)
{
    bool always = argument == ALWAYS;
    struct k_sock_filter instructions[] = {
        {K_BPF_LD_W_ABS, 0, 0, offsetof(struct k_seccomp_data, nr)},
        {K_BPF_JMP_JEQ_K, 0, 3, (uint32_t)call},
        {K_BPF_LD_W_ABS, 0, 0, (uint32_t)(offsetof(struct k_seccomp_data, args) + 8u * (always ? 0u : (unsigned)argument))},
        {K_BPF_JMP_JEQ_K, 0, always ? 0 : 1, value},
        {K_BPF_RET_K, 0, 0, K_SECCOMP_RET_ERRNO | 0},
        {K_BPF_RET_K, 0, 0, K_SECCOMP_RET_ALLOW},
    };
    struct k_sock_fprog program = {COUNT(instructions), instructions};
    if (prctl(K_PR_SET_SECCOMP, SECCOMP_FILTER, &program, 0, 0) != 0) {
        /* Whoever is no longer root must give up new privileges first. */
        CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
        CHECK(prctl(K_PR_SET_SECCOMP, SECCOMP_FILTER, &program, 0, 0) == 0);
    }
}

/* Runs a body that changes its process for good. */
static void apart(void (*body)(void))
{
    pid_t child = fork();
    if (child == 0) {
        body();
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void all_steps_in_the_launchers_order(void)
{
    const gid_t roots[] = {0, 4, 27};
    CHECK(setgroups(COUNT(roots), roots) == 0);
    CHECK_EQUALS(privilege_set_groups(GID, false), 0);
    gid_t groups[8];
    CHECK_EQUALS(getgroups(8, groups), 1);
    CHECK_EQUALS(groups[0], GID);
    CHECK_EQUALS(privilege_clear_bounding_set(), 0);
    for (int capability = 0; capability <= K_CAP_HIGHEST; capability++) {
        CHECK(prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1);
    }
    CHECK_EQUALS(privilege_set_user(UID, GID), 0);
    uid_t real;
    uid_t effective;
    uid_t saved;
    CHECK(getresuid(&real, &effective, &saved) == 0 && real == UID && effective == UID && saved == UID);
    CHECK_EQUALS(privilege_clear_capabilities(), 0);
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    struct k_cap_data sets[2];
    CHECK(sys_capget(&header, sets) == 0);
    for (size_t half = 0; half < 2; half++) {
        CHECK(sets[half].effective == 0 && sets[half].permitted == 0 && sets[half].inheritable == 0);
    }
    CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0); /* the change of the user has taken it away already */
    CHECK_EQUALS(privilege_forbid_core_dumps(), 0);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0);
    CHECK_EQUALS(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    CHECK_EQUALS(privilege_no_new_privileges(), 0);
    CHECK_EQUALS(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
}

static void ids_go_up_to_the_kernels_largest(void)
{
    CHECK_EQUALS(privilege_set_groups(UINT32_MAX - 1, false), 0);
    CHECK_EQUALS(privilege_set_user(UINT32_MAX - 1, UINT32_MAX - 1), 0);
    CHECK_EQUALS(getuid(), UINT32_MAX - 1);
}

/* --- a kernel that only says so ---------------------------------------------------------------------------------- */

static void setgroups_that_does_nothing_is_noticed(void)
{
    const gid_t roots[] = {0, 4};
    CHECK(setgroups(COUNT(roots), roots) == 0);
    play_along(SYS_setgroups, ALWAYS, 0);
    CHECK_EQUALS(privilege_set_groups(GID, false), EPERM);
}

static void setgroups_that_leaves_roots_group_is_noticed(void)
{
    const gid_t roots[] = {0};
    CHECK(setgroups(COUNT(roots), roots) == 0);
    play_along(SYS_setgroups, ALWAYS, 0);
    CHECK_EQUALS(privilege_set_groups(GID, false), EPERM);
}

static void setresgid_that_does_nothing_is_noticed(void)
{
    play_along(SYS_setresgid, ALWAYS, 0);
    CHECK_EQUALS(privilege_set_groups(GID, false), EPERM);
}

static void setresuid_that_does_nothing_is_noticed(void)
{
    CHECK_EQUALS(privilege_set_groups(GID, false), 0);
    CHECK(setresuid(UID + 1, UID + 1, UID + 1) == 0); /* from here there is no way to root that would show it */
    play_along(SYS_setresuid, 0, UID);
    CHECK_EQUALS(privilege_set_user(UID, GID), EPERM);
}

static void a_group_that_is_not_the_wanted_one_is_noticed(void)
{
    CHECK_EQUALS(privilege_set_user(UID, GID), EPERM);
}

/* The capabilities stay although the user changes, so root could come back. */
static void a_way_back_to_root_by_capability_is_noticed(void)
{
    CHECK(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0);
    CHECK_EQUALS(privilege_set_groups(GID, false), 0);
    CHECK_EQUALS(privilege_set_user(UID, GID), EPERM);
}

static void a_way_back_to_root_by_the_saved_user_is_noticed(void)
{
    CHECK(setresgid(GID, GID, GID) == 0 && setresuid(UID, UID, 0) == 0);
    CHECK_EQUALS(privilege_clear_capabilities(), EPERM);
}

static void a_way_back_to_root_by_the_saved_group_is_noticed(void)
{
    CHECK(setresgid(GID, GID, 0) == 0 && setresuid(UID, UID, UID) == 0);
    CHECK_EQUALS(privilege_clear_capabilities(), EPERM);
}

static void a_bounding_set_that_stays_is_noticed(void)
{
    play_along(SYS_prctl, 0, PR_CAPBSET_DROP);
    CHECK_EQUALS(privilege_clear_bounding_set(), EPERM);
}

static void hold(uint32_t usable, uint32_t inheritable)
{
    CHECK(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0);
    CHECK(setresgid(GID, GID, GID) == 0 && setresuid(UID, UID, UID) == 0);
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    const struct k_cap_data sets[2] = {{usable, usable, inheritable}, {0, 0, 0}};
    CHECK(sys_capset(&header, sets) == 0);
}

static bool holds_nothing(void)
{
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    struct k_cap_data sets[2];
    CHECK(sys_capget(&header, sets) == 0);
    return sets[0].effective == 0 && sets[0].permitted == 0 && sets[0].inheritable == 0 && sets[1].effective == 0 &&
           sets[1].permitted == 0 && sets[1].inheritable == 0 &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAPABILITY, 0, 0) == 0;
}

static void capabilities_that_the_user_does_not_take_along_are_cleared(void)
{
    hold(1u << CAPABILITY, 1u << CAPABILITY);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAPABILITY, 0, 0) == 0);
    CHECK_EQUALS(privilege_clear_capabilities(), 0);
    CHECK(holds_nothing());
}

static void capabilities_that_stay_are_noticed(void)
{
    hold(1u << CAPABILITY, 0);
    play_along(SYS_capset, ALWAYS, 0);
    CHECK_EQUALS(privilege_clear_capabilities(), EPERM);
}

static void inheritable_capabilities_that_stay_are_noticed(void)
{
    hold(0, 1u << CAPABILITY);
    play_along(SYS_capset, ALWAYS, 0);
    CHECK_EQUALS(privilege_clear_capabilities(), EPERM);
}

static void a_limit_that_stays_is_noticed(void)
{
    const struct rlimit some = {4096, 4096};
    CHECK(setrlimit(RLIMIT_CORE, &some) == 0);
    play_along(SYS_prlimit64, 3, 0); /* only where no old value is asked for */
    CHECK_EQUALS(privilege_forbid_core_dumps(), EPERM);
}

static void a_process_that_stays_dumpable_is_noticed(void)
{
    CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
    play_along(SYS_prctl, 0, PR_SET_DUMPABLE);
    CHECK_EQUALS(privilege_forbid_core_dumps(), EPERM);
}

static void new_privileges_that_stay_possible_are_noticed(void)
{
    play_along(SYS_prctl, 0, PR_SET_NO_NEW_PRIVS);
    CHECK_EQUALS(privilege_no_new_privileges(), EPERM);
}

int main(void)
{
    if (geteuid() != 0) {
        (void)puts("privilege_test: skipped: needs root");
        return 0;
    }
    apart(all_steps_in_the_launchers_order);
    apart(ids_go_up_to_the_kernels_largest);
    apart(setgroups_that_does_nothing_is_noticed);
    apart(setgroups_that_leaves_roots_group_is_noticed);
    apart(setresgid_that_does_nothing_is_noticed);
    apart(setresuid_that_does_nothing_is_noticed);
    apart(a_group_that_is_not_the_wanted_one_is_noticed);
    apart(a_way_back_to_root_by_capability_is_noticed);
    apart(a_way_back_to_root_by_the_saved_user_is_noticed);
    apart(a_way_back_to_root_by_the_saved_group_is_noticed);
    apart(a_bounding_set_that_stays_is_noticed);
    apart(capabilities_that_the_user_does_not_take_along_are_cleared);
    apart(capabilities_that_stay_are_noticed);
    apart(inheritable_capabilities_that_stay_are_noticed);
    apart(a_limit_that_stays_is_noticed);
    apart(a_process_that_stays_dumpable_is_noticed);
    apart(new_privileges_that_stay_possible_are_noticed);
    return 0;
}
