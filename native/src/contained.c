#include "contained.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "place.h"
#include "privilege.h"

#define DIRECTORY_MODE 0755
#define MODE_BITS 07777

static const char hint_container[] =
    "a container is started with the launcher as its entry point, as user 0, in pid and network namespaces of its own";
static const char hint_file[] = "the root of a container must be writable for its user 0: not --read-only";

/* An owner for what is made. */
struct owner {
    uint32_t uid;
    uint32_t gid;
};

void contained_verify(struct report *report)
{
    if (getpid() != 1) {
        die("container", "process id", EINVAL, hint_container);
    }
    if (geteuid() != 0 || getegid() != 0) {
        die("container", "user", EPERM, hint_container);
    }
    const char *missing = privilege_missing_in_container();
    if (missing != NULL) {
        die("container", missing, EPERM,
            "the container must be given CHOWN, DAC_READ_SEARCH, KILL, SETGID, SETUID, SETPCAP and SYS_PTRACE, and needs "
            "no other capability");
    }
    report_step(report, "container", "the first process of a container, with a root of the image's");
}

/* Copies the next component of a path, and moves on behind it. False when it is too long. */
static bool next_part(const char **path, char name[NAME_MAX + 1])
{
    (*path)++;
    size_t length = strcspn(*path, "/");
    if (length > NAME_MAX) {
        return false;
    }
    memcpy(name, *path, length);
    name[length] = '\0';
    *path += length;
    return true;
}

/*
 * Makes a directory in one that belongs to root and that root may not write in, as the root of Podman's containers. What
 * is done to the mode for it is undone. -1 and errno.
 */
static int make_in_read_only(int parent, const char *name)
{
    struct stat status;
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", parent);
    if (fstat(parent, &status) != 0 || status.st_uid != 0 || (status.st_mode & S_IWUSR) != 0 ||
        chmod(self, (status.st_mode & MODE_BITS) | S_IWUSR) != 0) {
        errno = EACCES;
        return -1;
    }
    int result = mkdirat(parent, name, DIRECTORY_MODE);
    int error = errno;
    if (chmod(self, status.st_mode & MODE_BITS) != 0) {
        return -1;
    }
    errno = error;
    return result;
}

static int make_directory(int parent, const char *name)
{
    int result = mkdirat(parent, name, DIRECTORY_MODE);
    return result != 0 && errno == EACCES ? make_in_read_only(parent, name) : result;
}

/*
 * Opens a component, or makes it a directory of the owner's. One on the way stays root's, who may then make the next in it
 * without CAP_DAC_OVERRIDE. -1 and errno.
 */
static int enter(int parent, const char *name, const struct owner *owner, bool is_last)
{
    int fd = openat(parent, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        if (make_directory(parent, name) != 0 ||
            (is_last && fchownat(parent, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) != 0)) {
            return -1;
        }
        fd = openat(parent, name, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    }
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISLNK(status.st_mode)) {
        (void)close(fd);
        errno = ELOOP;
        return -1;
    }
    return fd;
}

/*
 * What is there already, and may be anything at the end of the path, stays as it is. -1 and errno; then the component that
 * stopped it ends at `reached`.
 */
static int make_path(const char *path, const struct owner *owner, const char **reached)
{
    char name[NAME_MAX + 1];
    *reached = path;
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (at >= 0 && *path == '/' && path[1] != '\0') {
        if (!next_part(&path, name)) {
            (void)close(at);
            errno = ENAMETOOLONG;
            return -1;
        }
        *reached = path;
        int next = enter(at, name, owner, *path == '\0');
        int error = errno;
        (void)close(at);
        errno = error;
        at = next;
    }
    return at;
}

/* `link` is the end of the link within the path. Where it leads is told, for whoever has to name that instead. */
_Noreturn static void refuse_link(const char *path, const char *link)
{
    char target[PATH_MAX];
    char hint[2 * PATH_MAX + 256];
    char *name = strndup(path, (size_t)(link - path));
    ssize_t length = name == NULL ? -1 : readlink(name, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = '\0';
    /* The image chose it, and it goes to a terminal. */
    for (char *at = target; *at != '\0'; at++) {
        *at = *at < ' ' || *at > '~' ? '?' : *at;
    }
    (void)snprintf(hint, sizeof hint,
                   "%s is a symbolic link to %s; expected: a path without links, which an agent could have made: name what "
                   "it leads to",
                   name == NULL ? "" : name, target);
    die("read-write path", path, 0, hint);
}

/*
 * What cannot be made is missing again when Landlock's rules are made, which refuses that with hard_requirement. Whether
 * it was made.
 */
static bool make_agents(const struct launch_spec *spec, const char *path, struct report *report)
{
    const struct owner agent = {spec->uid, spec->gid};
    struct stat status;
    bool was_there = lstat(path, &status) == 0;
    const char *reached;
    int fd = make_path(path, &agent, &reached);
    if (fd < 0 && errno == ELOOP) {
        refuse_link(path, reached);
    }
    if (fd < 0) {
        report_skipped(report, SKIPPED_MOUNT, path, "cannot be made in the image's root", errno);
        return false;
    }
    (void)close(fd);
    return !was_there;
}

static unsigned make_all(const struct launch_spec *spec, struct report *report)
{
    unsigned made = 0;
    for (size_t index = 0; index < spec->read_write.count; index++) {
        made += make_agents(spec, spec->read_write.items[index], report);
    }
    struct stat status;
    for (size_t index = 0; index < spec->mount_count; index++) {
        /* Where one is already, it may be behind links: nothing is written there. */
        if (stat(spec->mounts[index].path, &status) != 0) {
            made += make_agents(spec, spec->mounts[index].path, report);
        }
    }
    return made;
}

/* A file that the engine has mounted there can only be written where it is. */
static int write_in_place(int directory, const char *name, const struct file_spec *file)
{
    int fd = openat(directory, name, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno;
    }
    int error = place_write_all(fd, file->content);
    if (error == 0 && fchmod(fd, file->mode) != 0) {
        error = errno;
    }
    (void)close(fd);
    return error;
}

static int write_into(int directory, const char *name, const struct file_spec *file)
{
    if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) {
        return place_write(directory, name, file->mode, file->content);
    }
    return errno == EBUSY ? write_in_place(directory, name, file) : errno;
}

static void write_file(const struct file_spec *file)
{
    static const struct owner root = {0, 0};
    const char *slash = strrchr(file->path, '/');
    char parent[PATH_MAX];
    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - file->path), file->path);
    const char *reached;
    int directory = make_path(parent[0] == '\0' ? "/" : parent, &root, &reached);
    must(directory, "file", file->path, hint_file);
    int error = write_into(directory, slash + 1, file);
    if (error != 0) {
        die("file", file->path, error, hint_file);
    }
    (void)close(directory);
}

void contained_prepare(const struct launch_spec *spec, struct report *report)
{
    unsigned made = make_all(spec, report);
    for (size_t index = 0; index < spec->file_count; index++) {
        write_file(&spec->files[index]);
    }
    report_step(report, "root", "the image's, %u directories made for the agent, %zu files written", made,
                spec->file_count);
}
