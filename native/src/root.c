#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "devices.h"
#include "die.h"
#include "etc.h"
#include "place.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define STAGING_OPTIONS "mode=0755,size=64m"

static const char hint_root[] = "the kernel refuses this mount; run the doctor command";
static const char hint_proc[] =
    "the kernel mounts a new /proc in a user namespace only where the host's is fully visible: not in a container that "
    "masks parts of /proc. Run as root, or with the container engine's unmasked /proc";

/* Two tmpfs: one that the sandbox never sees, and in it the mount point of the new root. */
static const char *make_staging(struct new_root *root)
{
    /* Any directory serves as a place to stand on: its sources are open already, and only we see the mount. */
    static const char *const places[] = {"/tmp", "/mnt", "/opt", "/var", "/usr"};
    size_t index = 0;
    while (index < COUNT(places) &&
           mount("tmpfs", places[index], "tmpfs", MS_NOSUID | MS_NODEV, STAGING_OPTIONS) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            die("root", places[index], errno, hint_root);
        }
        index++;
    }
    if (index == COUNT(places)) {
        die("root", "/tmp", ENOENT, "needs one of the usual top-level directories to build the root on");
    }
    root->staging = open(places[index], O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(root->staging, "root", places[index], hint_root);
    must(fchdir(root->staging), "root", places[index], hint_root);
    must(mkdir("root", 0755), "root", "root", hint_root);
    must(mount("tmpfs", "root", "tmpfs", MS_NOSUID | MS_NODEV, STAGING_OPTIONS), "root", "root", hint_root);
    must(chdir("root"), "root", "root", hint_root);
    root->directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(root->directory, "root", "root", hint_root);
    place_mark_private(root, ".");
    return places[index];
}

static void mount_proc(void)
{
    must(mkdir("proc", 0755), "proc", "/proc", hint_root);
    must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "proc", "/proc", hint_proc);
}

/* Shares of the memory, so that together the usual ones cannot take all of it. */
static void mount_tmpfs(struct new_root *root, const char *path, int target, const struct launch_spec *spec)
{
    bool is_shared = strcmp(path, "/tmp") == 0 || strcmp(path, "/var/tmp") == 0 || strcmp(path, "/dev/shm") == 0;
    char options[96];
    (void)snprintf(options, sizeof options, "mode=%s,uid=%u,gid=%u,size=%s", is_shared ? "1777" : "0755", spec->uid,
                   spec->gid, is_shared ? "25%" : "50%");
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", target);
    must(mount("tmpfs", self, "tmpfs", MS_NOSUID | MS_NODEV, options), "root", path, hint_root);
    place_mark_private(root, path);
}

/* -1 and errno when there is no place for the mount. */
static int mount_planned(struct new_root *root, const struct planned_mount *mount, const struct launch_spec *spec)
{
    if (mount->kind == MOUNT_DIRECTORY) {
        int existing = place_open(root, mount->path);
        if (existing >= 0) {
            return close(existing);
        }
    }
    int target = place_target(root, mount->path, mount->is_directory);
    if (target < 0) {
        return -1;
    }
    if (mount->tree >= 0) {
        must(sys_move_mount(mount->tree, target), "root", mount->path, hint_root);
        (void)close(mount->tree);
    } else {
        /* A missing read-write directory gets a file system of its own: the root itself becomes read-only. */
        mount_tmpfs(root, mount->path, target, spec);
    }
    return close(target);
}

static void mount_all(struct new_root *root, const struct mount_plan *plan, const struct launch_spec *spec,
                      const char *staging, bool user_namespace, struct report *report)
{
    for (size_t index = 0; index < plan->mount_count; index++) {
        const struct planned_mount *mount = &plan->mounts[index];
        if (mount->is_etc) {
            etc_mount(spec, root, staging, user_namespace, report);
            continue;
        }
        if (mount_planned(root, mount, spec) == 0) {
            continue;
        }
        const char *reason = "cannot be made inside another declared path of the host";
        if (!mount->optional) {
            die("root", mount->path, errno, reason);
        }
        report_skipped(report, SKIPPED_MOUNT, mount->path, reason, errno);
    }
}

static void place_files(struct new_root *root, const struct mount_plan *plan, const struct launch_spec *spec)
{
    bool has_etc = false;
    for (size_t index = 0; index < plan->mount_count; index++) {
        has_etc = has_etc || plan->mounts[index].is_etc;
    }
    for (size_t index = 0; index < spec->file_count; index++) {
        if (!has_etc || !etc_holds(&spec->files[index])) {
            place_file(root, &spec->files[index]);
        }
    }
}

static void make_links(const struct mount_plan *plan)
{
    for (size_t index = 0; index < plan->link_count; index++) {
        const struct root_link *link = &plan->links[index];
        must(symlink(link->target, link->name), "root", link->name, hint_root);
    }
}

static void make_read_only(const char *path)
{
    struct k_mount_attr attributes = {.attr_set = K_MOUNT_ATTR_RDONLY | K_MOUNT_ATTR_NOSUID};
    must(sys_mount_setattr(AT_FDCWD, path, 0, &attributes), "root", path, hint_root);
}

/* The host's root goes on top of the new one for a moment, and then away with everything that was mounted on it. */
static void enter_root(void)
{
    must(sys_pivot_root(".", "."), "pivot", "pivot_root", "not possible on an initramfs; run the doctor command");
    must(umount2(".", MNT_DETACH), "pivot", "old root", hint_root);
    must(chdir("/"), "pivot", "/", hint_root);
    struct statvfs status;
    must(statvfs("/", &status), "pivot", "/", hint_root);
    if ((status.f_flag & ST_RDONLY) == 0) {
        die("pivot", "/", 0, "the new root is not read-only");
    }
}

void root_build(struct launch_spec *spec, const struct workdir *workdir, bool user_namespace, struct report *report)
{
    static struct new_root root;
    struct mount_plan plan;
    struct devices devices;
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "root", "/", hint_privileges);
    plan_mounts(spec, workdir, &plan, report);
    devices_open(&devices);
    const char *staging = make_staging(&root);
    mount_proc();
    devices_mount(&devices, &root, spec, report);
    mount_all(&root, &plan, spec, staging, user_namespace, report);
    make_links(&plan);
    place_files(&root, &plan, spec);
    make_read_only("dev");
    make_read_only(".");
    (void)close(root.staging);
    (void)close(root.directory);
    enter_root();
    report_step(report, "root", "%zu declared paths on a private read-only root, /proc of its own, host's root let go",
                plan.mount_count);
}

void root_close_workdir(const struct workdir *workdir)
{
    if (workdir->directory >= 0) {
        (void)close(workdir->directory);
    }
    if (workdir->id_map >= 0) {
        (void)close(workdir->id_map);
    }
}
