#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "landlock.h"
#include "namespaces.h"
#include "network.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NOBODY 65534u

static int result(int value)
{
    return value < 0 ? errno : 0;
}

static int write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
    (void)close(fd);
    return error;
}

/* A user namespace in which the caller keeps its ids. That its capabilities can be used is tried too: some systems
   take them away. */
static int enter_user_namespace(void)
{
    char line[64];
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWUSER) != 0) {
        return errno;
    }
    int error = write_text("/proc/self/setgroups", "deny");
    (void)snprintf(line, sizeof line, "%u %u 1\n", uid, uid);
    error = error != 0 ? error : write_text("/proc/self/uid_map", line);
    (void)snprintf(line, sizeof line, "%u %u 1\n", gid, gid);
    error = error != 0 ? error : write_text("/proc/self/gid_map", line);
    return error != 0 ? error : result(unshare(CLONE_NEWNET));
}

static int try_user_namespace(void)
{
    return enter_user_namespace();
}

static int try_user_namespace_unprivileged(void)
{
    if (geteuid() == 0) {
        if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
            setresuid(NOBODY, NOBODY, NOBODY) != 0) {
            return errno;
        }
        /* Changing the user made the process undumpable, and /proc/self somebody else's. */
        if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) {
            return errno;
        }
    }
    return enter_user_namespace();
}

/* The other namespaces are made as they would be for a sandbox: by root, or in a user namespace. */
static int become_able(void)
{
    return geteuid() == 0 ? 0 : enter_user_namespace();
}

static int try_namespace(int flag)
{
    int error = become_able();
    return error != 0 ? error : result(unshare(flag));
}

static int try_pid_namespace(void)
{
    return try_namespace(CLONE_NEWPID);
}

static int try_mount_namespace(void)
{
    return try_namespace(CLONE_NEWNS);
}

static int try_net_namespace(void)
{
    return try_namespace(CLONE_NEWNET);
}

static int try_veth(void)
{
    int error = try_namespace(CLONE_NEWNET);
    return error != 0 ? error : network_try_veth();
}

/* A tmpfs of the probe's own over /tmp, in a mount namespace of its own. */
static int enter_scratch(void)
{
    int error = try_namespace(CLONE_NEWNS);
    if (error == 0 && (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
                       mount("tmpfs", "/tmp", "tmpfs", 0, "size=1m") != 0 || chdir("/tmp") != 0)) {
        error = errno;
    }
    return error;
}

static int try_overlay(void)
{
    int error = enter_scratch();
    if (error != 0) {
        return error;
    }
    if (mkdir("upper", 0755) != 0 || mkdir("work", 0755) != 0 || mkdir("merged", 0755) != 0) {
        return errno;
    }
    const char *options = geteuid() == 0 ? "lowerdir=/etc,upperdir=/tmp/upper,workdir=/tmp/work"
                                         : "lowerdir=/etc,upperdir=/tmp/upper,workdir=/tmp/work,userxattr";
    return result(mount("overlay", "merged", "overlay", 0, options));
}

/* On the file system of the root, since that is where working directories usually are. */
static int try_idmapped_mount(void)
{
    if (geteuid() != 0) {
        return EPERM;
    }
    int map = namespaces_id_map((struct id_pair){0, NOBODY}, (struct id_pair){0, NOBODY});
    if (map < 0) {
        return errno;
    }
    int tree = sys_open_tree(AT_FDCWD, "/", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC);
    if (tree < 0) {
        return errno;
    }
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)map};
    return result(sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes));
}

static int try_seccomp_filter(void)
{
    uint32_t action = K_SECCOMP_RET_KILL_PROCESS;
    return result(sys_seccomp(K_SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

static int try_pidfd(void)
{
    return result((int)syscall(K_NR_pidfd_open, getpid(), 0));
}

/* Each try may change the process beyond repair, so it has one of its own. */
static int try_apart(int (*attempt)(void))
{
    int pipe[2];
    int error = EIO;
    if (pipe2(pipe, O_CLOEXEC) != 0) {
        return errno;
    }
    pid_t child = fork();
    if (child == 0) {
        error = attempt();
        _exit(write(pipe[1], &error, sizeof error) == (ssize_t)sizeof error ? 0 : 1);
    }
    (void)close(pipe[1]);
    if (child < 0 || read(pipe[0], &error, sizeof error) != (ssize_t)sizeof error) {
        error = child < 0 ? errno : EIO;
    }
    (void)close(pipe[0]);
    if (child > 0) {
        (void)waitpid(child, NULL, 0);
    }
    return error;
}

static void print_landlock(void)
{
    int abi = landlock_probe();
    if (abi > 0) {
        (void)printf("landlock_abi=%d\n", abi);
    } else {
        (void)printf("landlock_abi=no: %s\n", landlock_absence(errno));
    }
}

int probe_run(void)
{
    static const struct {
        const char *name;
        int (*attempt)(void);
    } features[] = {
        {"seccomp_filter", try_seccomp_filter},
        {"user_namespace", try_user_namespace},
        {"user_namespace_unprivileged", try_user_namespace_unprivileged},
        {"pid_namespace", try_pid_namespace},
        {"mount_namespace", try_mount_namespace},
        {"net_namespace", try_net_namespace},
        {"veth", try_veth},
        {"overlayfs", try_overlay},
        {"idmapped_mount", try_idmapped_mount},
        {"pidfd", try_pidfd},
    };
    print_landlock();
    for (size_t index = 0; index < COUNT(features); index++) {
        (void)fflush(stdout);
        int error = try_apart(features[index].attempt);
        if (error == 0) {
            (void)printf("%s=yes\n", features[index].name);
        } else {
            bool for_users = strncmp(features[index].name, "user_namespace", strlen("user_namespace")) == 0;
            (void)printf("%s=no: %s%s%s\n", features[index].name, strerror(error), for_users ? "; " : "",
                         for_users ? namespaces_remedy(error) : "");
        }
    }
    (void)printf("uid=%u\n", geteuid());
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
