#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attempts.h"
#include "plan.h"

#define SHARED "/dev/shm"
#define TRACE SHARED "/openshell-attestation"

struct path {
    char text[PATH_MAX + NAME_MAX];
};

static struct path in(const char *directory, const char *name)
{
    struct path path;
    (void)snprintf(path.text, sizeof path.text, "%s/%s", directory, name);
    return path;
}

static int try_open(const char *directory, const char *name, int flags)
{
    return attempt_descriptor(open(in(directory, name).text, flags | O_CLOEXEC, 0600));
}

/* Undoes what should not have happened. */
static int removed(long result, const char *path)
{
    int outcome = attempt_result(result);
    if (outcome == 0) {
        (void)unlink(path);
    }
    return outcome;
}

/*
 * The mount answers before anybody looks at permissions, so that the answer does not depend on who owns the path; and
 * where it did not, there is no such attribute to remove.
 */
static int remove_attribute(const char *path)
{
    return attempt_result(removexattr(path, "user.openshell.attestation"));
}

int try_read_only_mounts(const struct scene *scene)
{
    int outcome = remove_attribute("/");
    outcome = outcome == EROFS ? remove_attribute("/dev") : outcome;
    for (size_t index = 0; index < scene->spec->mount_count && outcome == EROFS; index++) {
        const struct mount_spec *mount = &scene->spec->mounts[index];
        struct stat status;
        /* A path that was left out is not there; the sandbox's own /proc is no mount of the policy. */
        if (mount->kind == MOUNT_READ_ONLY && !plan_is_provided(mount->path) && !scene_hides(scene, mount->path) &&
            lstat(mount->path, &status) == 0 && !S_ISLNK(status.st_mode)) {
            outcome = remove_attribute(mount->path);
        }
    }
    return outcome;
}

int try_root(const struct scene *scene)
{
    (void)scene;
    return removed(mkdir("/openshell-attestation", 0700), "/openshell-attestation");
}

/* A container sees the folder in which the launcher found the supervisor's socket. */
int try_supervisor(const struct scene *scene)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", scene->spec->control_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int outcome = fd < 0 ? errno : attempt_result(connect(fd, (struct sockaddr *)&address, sizeof address));
    (void)close(fd);
    return outcome;
}

int try_read_outside(const struct scene *scene)
{
    return try_open(scene->outside, SCENE_FILE, O_RDONLY);
}

int try_list_outside(const struct scene *scene)
{
    return try_open(scene->outside, ".", O_RDONLY | O_DIRECTORY);
}

int try_write_outside(const struct scene *scene)
{
    return try_open(scene->outside, SCENE_FILE, O_WRONLY);
}

int try_create_outside(const struct scene *scene)
{
    return try_open(scene->outside, "new", O_WRONLY | O_CREAT | O_EXCL);
}

int try_remove_outside(const struct scene *scene)
{
    return attempt_result(unlink(in(scene->outside, SCENE_REMOVED).text));
}

int try_rename_outside(const struct scene *scene)
{
    return attempt_result(rename(in(scene->outside, SCENE_RENAMED).text, in(scene->outside, "moved").text));
}

int try_link_outside(const struct scene *scene)
{
    return attempt_result(link(in(scene->outside, SCENE_FILE).text, in(scene->outside, "linked").text));
}

int try_truncate_outside(const struct scene *scene)
{
    return attempt_result(truncate(in(scene->outside, SCENE_FILE).text, 0));
}

int try_execute_outside(const struct scene *scene)
{
    char name[] = SCENE_FILE;
    char *const arguments[] = {name, NULL};
    char *const environment[] = {NULL};
    return attempt_result(execve(in(scene->outside, SCENE_FILE).text, arguments, environment));
}

int try_read_declared(const struct scene *scene)
{
    char content[sizeof SCENE_CONTENT] = "";
    int fd = open(in(scene->read_only, SCENE_FILE).text, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 ? -1 : read(fd, content, sizeof content - 1);
    int outcome = attempt_result(count);
    (void)close(fd);
    return outcome == 0 && strcmp(content, SCENE_CONTENT) != 0 ? EIO : outcome;
}

int try_write_read_only(const struct scene *scene)
{
    return try_open(scene->read_only, SCENE_FILE, O_WRONLY);
}

int try_truncate_read_only(const struct scene *scene)
{
    return attempt_result(truncate(in(scene->read_only, SCENE_FILE).text, 0));
}

int try_create_read_only(const struct scene *scene)
{
    return try_open(scene->read_only, "new", O_WRONLY | O_CREAT | O_EXCL);
}

int try_rename_across(const struct scene *scene)
{
    return removed(rename(in(scene->read_only, SCENE_RENAMED).text, TRACE), TRACE);
}

int try_link_across(const struct scene *scene)
{
    return removed(link(in(scene->outside, SCENE_FILE).text, TRACE), TRACE);
}

/* Without Landlock the answer is ENOTTY: none of these devices is a terminal. */
int try_device_ioctl(const struct scene *scene)
{
    int fd = open(scene->device, O_RDONLY | O_CLOEXEC);
    char attributes[256];
    int outcome = fd < 0 ? ENODEV : attempt_result(ioctl(fd, (int)K_TCGETS, attributes));
    (void)close(fd);
    return outcome;
}

int try_write_declared(const struct scene *scene)
{
    (void)scene;
    char content[sizeof SCENE_CONTENT] = "";
    int fd = open(TRACE, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    bool kept = write(fd, SCENE_CONTENT, sizeof SCENE_CONTENT) == (ssize_t)sizeof SCENE_CONTENT &&
                pread(fd, content, sizeof content, 0) == (ssize_t)sizeof content &&
                strcmp(content, SCENE_CONTENT) == 0 && ftruncate(fd, 0) == 0;
    (void)close(fd);
    int outcome = attempt_result(unlink(TRACE));
    return kept ? outcome : EIO;
}

int try_first_process(const struct scene *scene)
{
    (void)scene;
    char target[2];
    return attempt_result(readlink("/proc/1/root", target, sizeof target));
}
