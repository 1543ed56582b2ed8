#include "devices.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *const device_names[DEVICE_COUNT] = {"null", "zero", "full", "random", "urandom", "tty"};

static const char hint_devices[] = "the host's /dev must have null, zero, full, random, urandom and tty";
static const char hint_mounts[] = "the kernel refuses to mount it here; run the doctor command";

void devices_open(struct devices *devices)
{
    for (size_t index = 0; index < DEVICE_COUNT; index++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/dev/%s", device_names[index]);
        int tree = sys_open_tree(AT_FDCWD, path, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
        must(tree, "dev", path, hint_devices);
        struct stat status;
        must(fstat(tree, &status), "dev", path, hint_devices);
        if (!S_ISCHR(status.st_mode)) {
            die("dev", path, 0, hint_devices);
        }
        struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NOEXEC};
        must(sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes), "dev", path, hint_devices);
        devices->trees[index] = tree;
    }
}

static void link_streams(void)
{
    static const char *const links[][2] = {
        {"/proc/self/fd", "dev/fd"},       {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
        {"/proc/self/fd/2", "dev/stderr"}, {"pts/ptmx", "dev/ptmx"},
    };
    for (size_t index = 0; index < COUNT(links); index++) {
        must(symlink(links[index][0], links[index][1]), "dev", links[index][1], hint_mounts);
    }
}

void devices_mount(const struct devices *devices, struct new_root *root, const struct launch_spec *spec,
                   struct report *report)
{
    const unsigned long flags = MS_NOSUID | MS_NOEXEC;
    must(mkdir("dev", 0755), "dev", "/dev", hint_mounts);
    must(mount("tmpfs", "dev", "tmpfs", flags, "mode=0755,size=1m"), "dev", "/dev", hint_mounts);
    place_mark_private(root, "/dev");
    for (size_t index = 0; index < DEVICE_COUNT; index++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/dev/%s", device_names[index]);
        int target = place_target(root, path, false);
        must(target, "dev", path, hint_mounts);
        must(sys_move_mount(devices->trees[index], target), "dev", path, hint_mounts);
        (void)close(target);
        (void)close(devices->trees[index]);
    }
    char options[96];
    (void)snprintf(options, sizeof options, "newinstance,ptmxmode=0666,mode=0620,uid=%u,gid=%u", spec->uid,
                   spec->gid);
    must(mkdir("dev/pts", 0755), "dev", "/dev/pts", hint_mounts);
    must(mount("devpts", "dev/pts", "devpts", flags, options), "dev", "/dev/pts", hint_mounts);
    must(mkdir("dev/shm", 0755), "dev", "/dev/shm", hint_mounts);
    must(mount("tmpfs", "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=10%"), "dev", "/dev/shm", hint_mounts);
    link_streams();
    report_step(report, "dev", "null zero full random urandom tty, pts of its own, shm");
}
