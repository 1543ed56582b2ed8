#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"

/* 0 or an errno. */
static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    ssize_t written = write(fd, text, strlen(text));
    int error = written < 0 ? errno : 0;
    (void)close(fd);
    return error;
}

static int write_map(const char *process, const char *file, uint32_t inside, uint32_t outside)
{
    char path[64];
    char line[64];
    (void)snprintf(path, sizeof path, "/proc/%s/%s", process, file);
    (void)snprintf(line, sizeof line, "%u %u 1\n", inside, outside);
    return write_file(path, line);
}

static bool setting_is(const char *path, char value)
{
    char text[2] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t length = read(fd, text, sizeof text);
    (void)close(fd);
    return length > 0 && text[0] == value && (length == 1 || text[1] == '\n');
}

static bool is_filtered(void)
{
    enum { MODE_FILTER = 2 }; /* linux/seccomp.h */
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == MODE_FILTER;
}

const char *namespaces_remedy(int error)
{
    if (setting_is("/proc/sys/user/max_user_namespaces", '0')) {
        return "user.max_user_namespaces is 0: as root, sysctl user.max_user_namespaces=10000; or run as root";
    }
    if (setting_is("/proc/sys/kernel/unprivileged_userns_clone", '0')) {
        return "kernel.unprivileged_userns_clone is 0: as root, sysctl kernel.unprivileged_userns_clone=1; or run as root";
    }
    if (setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1')) {
        return "kernel.apparmor_restrict_unprivileged_userns is 1: as root, sysctl "
               "kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with userns for this program; "
               "or run as root";
    }
    if (error == ENOSPC) {
        return "user.max_user_namespaces is reached, here or in a user namespace around this one: raise it there; or run "
               "as root";
    }
    if (is_filtered()) {
        return "a system call filter around this process refuses it, as a container engine's does: start the container "
               "with --security-opt seccomp=unconfined or a filter that permits unshare; or run outside it";
    }
    return "the kernel has no user namespaces (CONFIG_USER_NS), or a security module forbids them to this program; run "
           "as root";
}

/* Enters a user namespace in which the caller, and nobody else, appears as these ids. */
static void enter_user_namespace(uint32_t uid_inside, uint32_t gid_inside)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWUSER) != 0) {
        int error = errno;
        die("user namespace", "unshare", error, namespaces_remedy(error));
    }
    /* Without this the kernel refuses gid_map to a process that has no CAP_SETGID outside. */
    int error = write_file("/proc/self/setgroups", "deny");
    if (error == 0) {
        error = write_map("self", "uid_map", uid_inside, uid);
    }
    if (error == 0) {
        error = write_map("self", "gid_map", gid_inside, gid);
    }
    if (error != 0) {
        die("user namespace", "/proc/self/uid_map", error, namespaces_remedy(error));
    }
    if (geteuid() != uid_inside || getegid() != gid_inside) {
        die("user namespace", "identity", EINVAL, "the kernel did not apply the mapping");
    }
}

bool namespaces_become_user(const struct launch_spec *spec, struct report *report)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (uid == 0) {
        return false;
    }
    enter_user_namespace(spec->uid, spec->gid);
    report_step(report, "user namespace", "uid %u is %u inside, gid %u is %u inside", uid, spec->uid, gid, spec->gid);
    return true;
}

void namespaces_keep_user(void)
{
    if (geteuid() != 0) {
        enter_user_namespace(geteuid(), getegid());
    }
}

void namespaces_unshare(struct report *report)
{
    must(unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS), "namespaces", "mount, ipc, uts", hint_privileges);
    report_step(report, "namespaces", "mount, ipc, uts and pid");
}

void namespaces_name(const struct launch_spec *spec, struct report *report)
{
    must(sethostname(spec->hostname, strlen(spec->hostname)), "hostname", spec->hostname, hint_privileges);
    report_step(report, "hostname", "%s", spec->hostname);
}

void namespaces_unshare_pid(void)
{
    must(unshare(CLONE_NEWPID), "namespaces", "pid", hint_privileges);
}

/* The child holds the namespace open until its end of the pipe closes. */
static pid_t start_holder(int *ready, int *release)
{
    int up[2];
    int down[2];
    if (pipe2(up, O_CLOEXEC) != 0) {
        return -1;
    }
    if (pipe2(down, O_CLOEXEC) != 0) {
        (void)close(up[0]);
        (void)close(up[1]);
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        (void)close(down[1]);
        int32_t error = unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
        char byte;
        bool told = write(up[1], &error, sizeof error) == (ssize_t)sizeof error;
        _exit(told && read(down[0], &byte, 1) == 0 ? 0 : 1);
    }
    (void)close(up[1]);
    (void)close(down[0]);
    *ready = up[0];
    *release = down[1];
    return child;
}

int namespaces_id_map(struct id_pair uid, struct id_pair gid)
{
    int ready = -1;
    int release = -1;
    pid_t holder = start_holder(&ready, &release);
    if (holder < 0) {
        return -1;
    }
    int32_t error = EIO;
    if (read(ready, &error, sizeof error) != (ssize_t)sizeof error) {
        error = EIO;
    }
    char process[16];
    (void)snprintf(process, sizeof process, "%d", (int)holder);
    if (error == 0) {
        error = write_map(process, "uid_map", uid.disk, uid.seen);
    }
    if (error == 0) {
        error = write_map(process, "gid_map", gid.disk, gid.seen);
    }
    int fd = -1;
    if (error == 0) {
        char path[64];
        (void)snprintf(path, sizeof path, "/proc/%s/ns/user", process);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        error = fd < 0 ? errno : 0;
    }
    (void)close(ready);
    (void)close(release);
    (void)waitpid(holder, NULL, 0);
    errno = error;
    return fd;
}
