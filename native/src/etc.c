#include "etc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "die.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char hint_overlay[] =
    "needs overlayfs (in a user namespace: Linux 5.11 or later), or declare single files of /etc instead of /etc";

static const char hint_secrets[] = "what must be hidden there cannot be listed; declare single files of /etc instead of /etc";

/* What an agent has no business with, whatever its permissions say. */
static const struct secret {
    const char *directory; /* beneath /etc */
    const char *pattern;
} secrets[] = {
    {"", "shadow*"},
    {"", "gshadow*"},
    {"", "sudoers*"},
    {"ssh", "ssh_host_*_key"},
};

bool etc_holds(const struct file_spec *file)
{
    return spec_is_beneath(file->path, "/etc");
}

/* An error is not the end: what was not seen would not be hidden. */
static const struct dirent *next_entry(DIR *directory, const char *path)
{
    errno = 0;
    const struct dirent *entry = readdir(directory);
    if (entry == NULL && errno != 0) {
        die("etc", path, errno, hint_secrets);
    }
    return entry;
}

/* A character device 0:0 in the upper layer is overlayfs' mark for "not there". */
static unsigned hide(int upper, const struct secret *secret)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/etc/%s", secret->directory);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
            die("etc", path, errno, hint_secrets);
        }
        return 0; /* nothing there, or nothing that this user could read either */
    }
    unsigned hidden = 0;
    int into = dup(upper);
    if (secret->directory[0] != '\0') {
        (void)close(into);
        if (mkdirat(upper, secret->directory, 0755) != 0 && errno != EEXIST) {
            die("etc", secret->directory, errno, hint_overlay);
        }
        into = openat(upper, secret->directory, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    }
    must(into, "etc", secret->directory, hint_overlay);
    for (const struct dirent *entry = next_entry(directory, path); entry != NULL; entry = next_entry(directory, path)) {
        if (fnmatch(secret->pattern, entry->d_name, 0) == 0) {
            must(mknodat(into, entry->d_name, S_IFCHR, makedev(0, 0)), "etc", entry->d_name, hint_overlay);
            hidden++;
        }
    }
    (void)close(into);
    (void)closedir(directory);
    return hidden;
}

/* Writes a file into the upper layer, making its parents. */
static void write_upper(int upper, const struct file_spec *file)
{
    struct new_root layer = {.directory = upper, .staging = -1};
    struct stat status;
    must(fstat(upper, &status), "etc", file->path, hint_overlay);
    layer.private_devices[0] = status.st_dev;
    layer.private_count = 1;
    struct file_spec beneath = *file;
    beneath.path = file->path + strlen("/etc");
    place_file(&layer, &beneath);
}

static int make_layer(const struct new_root *root, const char *name)
{
    must(mkdirat(root->staging, name, 0755), "etc", name, hint_overlay);
    int fd = openat(root->staging, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(fd, "etc", name, hint_overlay);
    return fd;
}

void etc_mount(const struct launch_spec *spec, struct new_root *root, const char *staging, bool user_namespace,
               struct report *report)
{
    int upper = make_layer(root, "etc-upper");
    int work = make_layer(root, "etc-work");
    unsigned hidden = 0;
    for (size_t index = 0; index < COUNT(secrets); index++) {
        hidden += hide(upper, &secrets[index]);
    }
    unsigned written = 0;
    for (size_t index = 0; index < spec->file_count; index++) {
        if (etc_holds(&spec->files[index])) {
            write_upper(upper, &spec->files[index]);
            written++;
        }
    }
    must(mkdir("etc", 0755), "etc", "/etc", hint_overlay);
    char options[256];
    (void)snprintf(options, sizeof options, "lowerdir=/etc,upperdir=%s/etc-upper,workdir=%s/etc-work%s", staging,
                   staging, user_namespace ? ",userxattr" : "");
    must(mount("overlay", "etc", "overlay", MS_NOSUID | MS_NODEV, options), "etc", "/etc", hint_overlay);
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_RDONLY | K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV};
    must(sys_mount_setattr(AT_FDCWD, "etc", 0, &attributes), "etc", "/etc", hint_overlay);
    (void)close(upper);
    (void)close(work);
    report_step(report, "etc", "overlay of the host's /etc, read-only, %u files of the sandbox, %u secrets hidden",
                written, hidden);
}
