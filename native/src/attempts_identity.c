#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"
#include "syscalls.h"

#define SECCOMP_MODE_FILTER 2
#define DESCRIPTORS_LOOKED_AT 256

static int become_root(const struct scene *scene)
{
    (void)scene;
    return attempt_result(setuid(0));
}

int try_setuid(const struct scene *scene)
{
    return attempt_in_child(become_root, scene);
}

static int become_roots_group(const struct scene *scene)
{
    (void)scene;
    return attempt_result(setgid(0));
}

int try_setgid(const struct scene *scene)
{
    return attempt_in_child(become_roots_group, scene);
}

static int drop_groups(const struct scene *scene)
{
    (void)scene;
    return attempt_result(setgroups(0, NULL));
}

int try_setgroups(const struct scene *scene)
{
    return attempt_in_child(drop_groups, scene);
}

static bool has_file(const char *path)
{
    DIR *directory = opendir(path);
    bool found = false;
    for (struct dirent *entry = directory == NULL ? NULL : readdir(directory); entry != NULL && !found;
         entry = readdir(directory)) {
        found = entry->d_name[0] != '.';
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return found;
}

/* Minus SIGABRT when the child dies of it without a core file; 0 when there is one. Nothing else is in the directory. */
int try_core_dump(const struct scene *scene)
{
    (void)scene;
    pid_t child = fork();
    if (child == 0) {
        _exit(chdir("/dev/shm") == 0 ? (abort(), 0) : 1);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return errno;
    }
    if (!WIFSIGNALED(status)) {
        return ENOENT;
    }
    return WCOREDUMP(status) || has_file("/dev/shm") ? 0 : -WTERMSIG(status);
}

static int holds(bool condition)
{
    return condition ? 0 : EPERM;
}

int check_identity(const struct scene *scene)
{
    uid_t uid[3];
    gid_t gid[3];
    if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 || getresgid(&gid[0], &gid[1], &gid[2]) != 0) {
        return errno;
    }
    bool same = true;
    for (size_t index = 0; index < 3; index++) {
        same = same && uid[index] == scene->uid && gid[index] == scene->gid;
    }
    return holds(same);
}

int check_groups(const struct scene *scene)
{
    gid_t groups[2];
    return holds(getgroups(2, groups) == 1 && groups[0] == scene->gid);
}

int check_capabilities(const struct scene *scene)
{
    (void)scene;
    struct k_cap_header header = {.version = K_CAPABILITY_VERSION_3};
    struct k_cap_data sets[2];
    if (sys_capget(&header, sets) != 0) {
        return errno;
    }
    bool empty = true;
    for (size_t half = 0; half < 2; half++) {
        empty = empty && sets[half].effective == 0 && sets[half].permitted == 0 && sets[half].inheritable == 0;
    }
    for (int capability = 0; capability <= K_CAP_HIGHEST; capability++) {
        empty = empty && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) <= 0;
    }
    return holds(empty);
}

int check_bounding_set(const struct scene *scene)
{
    (void)scene;
    bool empty = true;
    for (int capability = 0; capability <= K_CAP_HIGHEST; capability++) {
        empty = empty && prctl(PR_CAPBSET_READ, capability, 0, 0, 0) <= 0;
    }
    return holds(empty);
}

int check_core_limit(const struct scene *scene)
{
    (void)scene;
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) != 0 ? errno : holds(limit.rlim_cur == 0 && limit.rlim_max == 0);
}

int check_not_dumpable(const struct scene *scene)
{
    (void)scene;
    return holds(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
}

int check_no_new_privileges(const struct scene *scene)
{
    (void)scene;
    return holds(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

int check_filter(const struct scene *scene)
{
    (void)scene;
    /* The mode alone could be that of the filter that only notifies; the agent's own refuses any further one. */
    bool another = sys_seccomp(K_SECCOMP_SET_MODE_FILTER, 0, NULL) == 0 || errno != EPERM;
    return holds(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER && !another);
}

/* The three streams, and the status pipe, which an agent's exec closes. */
int check_descriptors(const struct scene *scene)
{
    (void)scene;
    int open = 0;
    for (int fd = 0; fd < DESCRIPTORS_LOOKED_AT; fd++) {
        open += fcntl(fd, F_GETFD) >= 0;
    }
    return holds(open == STDERR_FILENO + 2);
}
