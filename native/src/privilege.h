/* Giving up privileges, each step verified. All functions return 0 or an errno. */
#ifndef OPENSHELL_PRIVILEGE_H
#define OPENSHELL_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

/* No supplementary groups but `gid`. In a user namespace the kernel forbids to change them: only setgid. */
int privilege_set_groups(uint32_t gid, bool user_namespace);

/* Empties the capability bounding set. Needs CAP_SETPCAP, so it comes before the user changes. */
int privilege_clear_bounding_set(void);

/* All four user ids become `uid`; EPERM when root could come back. */
int privilege_set_user(uint32_t uid, uint32_t gid);

/* Empties all capability sets, the ambient one included. */
int privilege_clear_capabilities(void);

/* RLIMIT_CORE=0 and PR_SET_DUMPABLE=0. */
int privilege_forbid_core_dumps(void);

int privilege_no_new_privileges(void);

/* For a process that only waits from here on: no capability, none by executing anything, not dumpable, no core dumps. */
int privilege_drop_all(void);

/*
 * What the sandbox's first process keeps: to look at its processes (SYS_PTRACE, DAC_READ_SEARCH), to end them
 * (KILL), to enter the agent's network namespace (SYS_ADMIN) and to become the agent's user (SETUID, SETGID,
 * SETPCAP); in a container it is in the agent's namespace already. It can get no other by executing anything. It also leaves the session
 * keyring it came with and is not dumpable.
 */
int privilege_keep_for_init(bool contained);

/* The first capability that the launcher of a container needs at its start and was not given; NULL when it has all. */
const char *privilege_missing_in_container(void);

/* Whose files this process makes and may use, until it takes itself back by 0. Verified; 0 or an errno. */
int privilege_act_as(uint32_t uid, uint32_t gid);

#endif
