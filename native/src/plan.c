#include "plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "landlock.h"
#include "namespaces.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char hint_no_memory[] = "no memory";
static const char hint_idmap[] =
    "the file system or the kernel has no id-mapped mounts (Linux 5.12, and 5.19 or later for some file systems): use "
    "a directory owned by the sandbox's user, or run without root as the directory's owner";

bool plan_is_provided(const char *path)
{
    static const char *const devices[] = {
        "/dev",        "/dev/null", "/dev/zero",   "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
        "/dev/ptmx",   "/dev/pts",  "/dev/shm",    "/dev/fd",   "/dev/stdin",  "/dev/stdout",  "/dev/stderr",
    };
    for (size_t index = 0; index < COUNT(devices); index++) {
        if (strcmp(path, devices[index]) == 0) {
            return true;
        }
    }
    return spec_is_beneath(path, "/proc");
}

struct workdir plan_workdir(const struct launch_spec *spec, bool user_namespace, struct report *report)
{
    struct workdir workdir = {-1, -1};
    for (size_t index = 0; index < spec->mount_count; index++) {
        const struct mount_spec *mount = &spec->mounts[index];
        if (mount->kind != MOUNT_WORKDIR) {
            continue;
        }
        if (workdir.directory >= 0) {
            die("workdir", mount->path, EINVAL, "a sandbox has one workdir");
        }
        workdir.directory = open(mount->source, O_PATH | O_DIRECTORY | O_CLOEXEC);
        must(workdir.directory, "workdir", mount->source, "must be an existing directory");
        struct stat status;
        must(fstat(workdir.directory, &status), "workdir", mount->source, "must be readable");
        if (user_namespace) {
            /* The user itself: already mapped. Somebody else's directory must at least let it write. */
            if (faccessat(workdir.directory, ".", W_OK | X_OK, 0) != 0) {
                die("workdir", mount->source, errno, "is not writable for this user: run as its owner, or as root");
            }
            continue;
        }
        if (status.st_uid == spec->uid && status.st_gid == spec->gid) {
            continue;
        }
        workdir.id_map = namespaces_id_map((struct id_pair){status.st_uid, spec->uid},
                                           (struct id_pair){status.st_gid, spec->gid});
        must(workdir.id_map, "workdir", mount->source, hint_idmap);
        report_step(report, "workdir", "%s: owner %u:%u appears as %u:%u", mount->source, status.st_uid, status.st_gid,
                    spec->uid, spec->gid);
    }
    return workdir;
}

char *plan_read_link(int directory, const char *name)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(directory, name, target, sizeof target - 1);
    if (length < 0) {
        return NULL;
    }
    target[length] = '\0';
    return strdup(target);
}

static bool add_mount(struct launch_spec *spec, const struct mount_spec *mount)
{
    struct mount_spec *grown = wire_append(spec->mounts, spec->mount_count, sizeof *mount, mount);
    if (grown == NULL) {
        return false;
    }
    spec->mounts = grown;
    spec->mount_count++;
    return true;
}

static bool is_declared(const struct launch_spec *spec, const char *path)
{
    for (size_t index = 0; index < spec->mount_count; index++) {
        if (strcmp(spec->mounts[index].path, path) == 0) {
            return true;
        }
    }
    return false;
}

/* True when the place that a root-level link leads to is inside a declared path of the host. */
static bool is_covered(const struct launch_spec *spec, const char *target)
{
    for (size_t index = 0; index < spec->mount_count; index++) {
        const struct mount_spec *mount = &spec->mounts[index];
        if (mount->kind <= MOUNT_READ_WRITE && spec_is_beneath(target, mount->path)) {
            return true;
        }
    }
    return false;
}

/* "usr/lib" of the link /lib is "/usr/lib"; NULL when it is not a plain path. */
static char *absolute_target(const char *target)
{
    char *path = NULL;
    if (asprintf(&path, "%s%s", target[0] == '/' ? "" : "/", target) < 0) {
        die("root", target, ENOMEM, hint_no_memory);
    }
    if (!spec_is_plain_path(path)) {
        free(path);
        return NULL;
    }
    return path;
}

static void take_root_link(const struct launch_spec *spec, struct mount_plan *plan, DIR *root, const char *name)
{
    char *target = plan_read_link(dirfd(root), name);
    char *absolute = target == NULL ? NULL : absolute_target(target);
    if (absolute == NULL || !is_covered(spec, absolute)) {
        free(target);
        free(absolute);
        return;
    }
    free(absolute);
    struct root_link link = {strdup(name), target};
    struct root_link *grown = wire_append(plan->links, plan->link_count, sizeof link, &link);
    if (grown == NULL || link.name == NULL) {
        die("root", name, ENOMEM, hint_no_memory);
    }
    plan->links = grown;
    plan->link_count++;
}

/*
 * A read-only "/" stands for every top-level directory, except those that the sandbox has of its own
 * or that hold the control sockets of the host's daemons. The root itself stays private.
 */
static void take_root_entry(struct launch_spec *spec, DIR *root, const char *name)
{
    static const char *const left_out[] = {"proc", "sys", "dev", "run", "tmp", "lost+found"};
    for (size_t index = 0; index < COUNT(left_out); index++) {
        if (strcmp(name, left_out[index]) == 0) {
            return;
        }
    }
    struct stat status;
    char *path = NULL;
    if (asprintf(&path, "/%s", name) < 0) {
        die("root", name, ENOMEM, hint_no_memory);
    }
    bool takes = fstatat(dirfd(root), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                 (S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)) && !is_declared(spec, path);
    struct mount_spec mount = {.kind = MOUNT_READ_ONLY, .path = path, .source = path, .optional = 1};
    if (takes && !add_mount(spec, &mount)) {
        die("root", name, ENOMEM, hint_no_memory);
    }
    if (!takes) {
        free(path);
    }
}

static void read_host_root(struct launch_spec *spec, struct mount_plan *plan)
{
    DIR *root = opendir("/");
    if (root == NULL) {
        die("root", "/", errno, "must be readable");
    }
    bool everything = is_declared(spec, "/");
    for (struct dirent *entry = readdir(root); entry != NULL; entry = readdir(root)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        struct stat status;
        if (fstatat(dirfd(root), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode)) {
            take_root_link(spec, plan, root, entry->d_name);
        } else if (everything) {
            take_root_entry(spec, root, entry->d_name);
        }
    }
    (void)closedir(root);
}

/* Where a declared path lies in the new root: beneath /usr/lib when it was declared beneath the link /lib. */
static const char *beyond_links(const struct mount_plan *plan, const char *path)
{
    size_t length = strcspn(path + 1, "/");
    for (size_t index = 0; index < plan->link_count; index++) {
        const struct root_link *link = &plan->links[index];
        if (strlen(link->name) != length || strncmp(link->name, path + 1, length) != 0) {
            continue;
        }
        char *target = absolute_target(link->target);
        char *moved = NULL;
        if (target == NULL || asprintf(&moved, "%s%s", target, path + 1 + length) < 0) {
            die("root", path, ENOMEM, hint_no_memory);
        }
        free(target);
        return moved;
    }
    return path;
}

/* What may be mounted: directories, files and devices. A host's socket would be a way around the proxy. */
static bool is_mountable(mode_t mode)
{
    return S_ISDIR(mode) || S_ISREG(mode) || S_ISCHR(mode) || S_ISFIFO(mode);
}

/* Clones the tree behind a source with the attributes of its kind. -1 and errno. */
static int clone_tree(int source, const struct planned_mount *mount)
{
    unsigned recursive = mount->is_directory ? K_AT_RECURSIVE : 0;
    int tree = sys_open_tree(source, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | recursive);
    if (tree < 0) {
        return -1;
    }
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_NOSUID};
    if (!spec_is_beneath(mount->path, "/dev")) {
        attributes.attr_set |= K_MOUNT_ATTR_NODEV;
    }
    if (mount->kind == MOUNT_READ_ONLY) {
        attributes.attr_set |= K_MOUNT_ATTR_RDONLY;
    }
    if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | recursive, &attributes) != 0) {
        int error = errno;
        (void)close(tree);
        errno = error;
        return -1;
    }
    return tree;
}

static void map_ids(int tree, int id_map, const char *path)
{
    if (id_map < 0) {
        return;
    }
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)id_map};
    must(sys_mount_setattr(tree, "", AT_EMPTY_PATH | K_AT_RECURSIVE, &attributes), "workdir", path, hint_idmap);
}

/*
 * True when an agent can have changed what lies there: in this sandbox, so perhaps in an earlier one too. A source of
 * its own (a read-only part of the workdir, say) is taken for one as well.
 */
static bool is_agents(const struct launch_spec *spec, const struct mount_spec *mount)
{
    if (mount->kind == MOUNT_READ_WRITE || strcmp(mount->source, mount->path) != 0) {
        return true;
    }
    for (size_t index = 0; index < spec->mount_count; index++) {
        const struct mount_spec *other = &spec->mounts[index];
        bool is_writable = other->kind == MOUNT_READ_WRITE || other->kind == MOUNT_WORKDIR;
        if (is_writable && spec_is_beneath(mount->source, other->source)) {
            return true;
        }
    }
    return false;
}

/*
 * Paths that are writable, or lie in a writable one, are opened without following any link: what an agent of an
 * earlier run left in a directory must not be able to turn a declared path into another place of the host.
 */
static int open_source(const struct launch_spec *spec, const struct mount_spec *mount, const struct workdir *workdir)
{
    if (mount->kind == MOUNT_WORKDIR) {
        return dup(workdir->directory);
    }
    bool no_links = is_agents(spec, mount);
    struct k_open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = no_links ? K_RESOLVE_NO_SYMLINKS : 0};
    int source = sys_openat2(AT_FDCWD, mount->source, &how);
    if (source < 0 && errno == ELOOP && no_links) {
        die("root", mount->source, ELOOP,
            "a read-write path, and one inside it, must not be or contain a symbolic link: give its target");
    }
    return source;
}

static void skip_or_die(const struct launch_spec *spec, const struct mount_spec *mount, int error, const char *reason,
                        struct report *report)
{
    if (mount->optional == 0) {
        die("root", mount->source, error, reason);
    }
    /* Later its absence would be all that there is to say of it. */
    if (spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT && spec_guards(spec, mount->path)) {
        landlock_path_fatal(mount->path, reason, error);
    }
    report_skipped(report, SKIPPED_MOUNT, mount->path, reason, error);
}

/* True when the mount is ready; false when it was skipped. */
static bool prepare_source(const struct launch_spec *spec, const struct mount_spec *mount,
                           const struct workdir *workdir, struct planned_mount *planned, struct report *report)
{
    int source = open_source(spec, mount, workdir);
    if (source < 0) {
        skip_or_die(spec, mount, errno, report_path_reason(errno), report);
        return false;
    }
    struct stat status;
    must(fstat(source, &status), "root", mount->source, "cannot be read");
    if (!is_mountable(status.st_mode)) {
        (void)close(source);
        skip_or_die(spec, mount, EINVAL, "only a directory, a file or a character device can be shared", report);
        return false;
    }
    planned->is_directory = S_ISDIR(status.st_mode);
    planned->is_etc = mount->kind == MOUNT_READ_ONLY && strcmp(mount->path, "/etc") == 0 && planned->is_directory;
    if (!planned->is_etc) {
        planned->tree = clone_tree(source, planned);
        must(planned->tree, "root", mount->source, "cannot be bound with safe attributes (needs Linux 5.12 or later)");
    }
    if (mount->kind == MOUNT_WORKDIR) {
        map_ids(planned->tree, workdir->id_map, mount->source);
    }
    (void)close(source);
    return true;
}

static bool is_root_link(const struct mount_plan *plan, const char *path)
{
    for (size_t index = 0; index < plan->link_count; index++) {
        if (strcmp(plan->links[index].name, path + 1) == 0) {
            return true;
        }
    }
    return false;
}

static void plan_one(const struct launch_spec *spec, const struct mount_spec *mount, const struct workdir *workdir,
                     struct mount_plan *plan, struct report *report)
{
    bool has_source = mount->kind <= MOUNT_WORKDIR;
    if (strcmp(mount->path, "/") == 0 || plan_is_provided(mount->path)) {
        return;
    }
    if (is_root_link(plan, mount->path)) {
        if (mount->kind != MOUNT_READ_ONLY) {
            die("root", mount->path, ELOOP, "a read-write path must not be a symbolic link: give its target");
        }
        return;
    }
    struct planned_mount planned = {
        .kind = mount->kind,
        .path = beyond_links(plan, mount->path),
        .tree = -1,
        .is_directory = true,
        .optional = mount->optional != 0,
    };
    if (has_source && !prepare_source(spec, mount, workdir, &planned, report)) {
        return;
    }
    struct planned_mount *grown = wire_append(plan->mounts, plan->mount_count, sizeof planned, &planned);
    if (grown == NULL) {
        die("root", mount->path, ENOMEM, hint_no_memory);
    }
    plan->mounts = grown;
    plan->mount_count++;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct planned_mount *)left)->path, ((const struct planned_mount *)right)->path);
}

void plan_mounts(struct launch_spec *spec, const struct workdir *workdir, struct mount_plan *plan,
                 struct report *report)
{
    *plan = (struct mount_plan){0};
    read_host_root(spec, plan);
    for (size_t index = 0; index < spec->mount_count; index++) {
        plan_one(spec, &spec->mounts[index], workdir, plan, report);
    }
    if (plan->mount_count > 1) {
        qsort(plan->mounts, plan->mount_count, sizeof plan->mounts[0], by_path);
    }
    report_step(report, "sources", "%zu paths opened, read-only ones read-only, all nosuid and nodev",
                plan->mount_count);
}
