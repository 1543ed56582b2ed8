#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "syscalls.h"

#define DIRECTORY_MODE 0755

static bool is_private(const struct new_root *root, int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return false;
    }
    for (size_t index = 0; index < root->private_count; index++) {
        if (root->private_devices[index] == status.st_dev) {
            return true;
        }
    }
    return false;
}

int place_open(const struct new_root *root, const char *path)
{
    struct k_open_how how = {
        .flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
        .resolve = K_RESOLVE_IN_ROOT | K_RESOLVE_NO_SYMLINKS | K_RESOLVE_NO_MAGICLINKS,
    };
    return sys_openat2(root->directory, path, &how);
}

/* Opens or makes one component; -1 and errno. */
static int enter(const struct new_root *root, int parent, const char *name, bool is_directory)
{
    int flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
    int fd = openat(parent, name, flags);
    if (fd < 0 && errno == ENOENT) {
        if (!is_private(root, parent)) {
            errno = EROFS;
            return -1;
        }
        if (is_directory) {
            if (mkdirat(parent, name, DIRECTORY_MODE) != 0) {
                return -1;
            }
        } else {
            int created = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
            if (created < 0) {
                return -1;
            }
            (void)close(created);
        }
        fd = openat(parent, name, flags);
    }
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        return -1;
    }
    if (S_ISLNK(status.st_mode) || S_ISDIR(status.st_mode) != is_directory) {
        (void)close(fd);
        errno = S_ISLNK(status.st_mode) ? ELOOP : is_directory ? ENOTDIR : EISDIR;
        return -1;
    }
    return fd;
}

int place_target(const struct new_root *root, const char *path, bool is_directory)
{
    char name[NAME_MAX + 1];
    int at = dup(root->directory);
    for (const char *part = path; at >= 0 && *part == '/';) {
        part++;
        size_t length = strcspn(part, "/");
        if (length > NAME_MAX) {
            (void)close(at);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(name, part, length);
        name[length] = '\0';
        part += length;
        int next = enter(root, at, name, *part == '/' || is_directory);
        int error = errno;
        (void)close(at);
        errno = error;
        at = next;
    }
    return at;
}

void place_mark_private(struct new_root *root, const char *path)
{
    int fd = place_open(root, path);
    must(fd, "root", path, "the mount that was just made cannot be opened");
    struct stat status;
    must(fstat(fd, &status), "root", path, "the mount that was just made cannot be read");
    (void)close(fd);
    if (root->private_count == PLACE_MAX_PRIVATE) {
        die("root", path, EOVERFLOW, "too many mounts");
    }
    root->private_devices[root->private_count++] = status.st_dev;
}

int place_write_all(int fd, struct bytes content)
{
    for (size_t at = 0; at < content.length;) {
        ssize_t written = write(fd, content.data + at, content.length - at);
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        at += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

int place_write(int directory, const char *name, uint32_t mode, struct bytes content)
{
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return errno;
    }
    int error = place_write_all(fd, content);
    if (error == 0 && fchmod(fd, mode) != 0) {
        error = errno;
    }
    (void)close(fd);
    return error;
}

/* For a place on the host's file systems: only over what is there already, by a mount. */
static void mount_over(struct new_root *root, const struct file_spec *file)
{
    const char *hint = "only an existing file can be covered inside a declared path of the host";
    int target = place_open(root, file->path);
    must(target, "file", file->path, hint);
    char name[32];
    (void)snprintf(name, sizeof name, "file-%u", root->staged_files++);
    int error = place_write(root->staging, name, file->mode, file->content);
    if (error != 0) {
        die("file", file->path, error, hint);
    }
    int tree = sys_open_tree(root->staging, name, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC);
    must(tree, "file", file->path, hint);
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_RDONLY | K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV};
    must(sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes), "file", file->path, hint);
    must(sys_move_mount(tree, target), "file", file->path, hint);
    (void)close(tree);
    (void)close(target);
}

void place_file(struct new_root *root, const struct file_spec *file)
{
    const char *slash = strrchr(file->path, '/');
    char *parent = strndup(file->path, (size_t)(slash - file->path));
    if (parent == NULL) {
        die("file", file->path, ENOMEM, "no memory");
    }
    int directory = place_target(root, parent, true);
    free(parent);
    must(directory, "file", file->path, "its directory cannot be made on the sandbox's own root");
    if (is_private(root, directory)) {
        if (unlinkat(directory, slash + 1, 0) != 0 && errno != ENOENT) {
            die("file", file->path, errno, "something else is at this path");
        }
        int error = place_write(directory, slash + 1, file->mode, file->content);
        if (error != 0) {
            die("file", file->path, error, "the file cannot be written on the sandbox's own root");
        }
    } else {
        mount_over(root, file);
    }
    (void)close(directory);
}
