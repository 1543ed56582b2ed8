#include "attest_scene.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices.h"
#include "die.h"
#include "monotonic.h"
#include "plan.h"
#include "privilege.h"

static const char hint_scene[] = "the attestation cannot be prepared; a defect of the launcher, or no memory";

/* Which rules of the policy hold for a path. */
enum cover {
    COVER_NONE,
    COVER_READ_ONLY,
    COVER_READ_WRITE,
};

socklen_t scene_address(const char *name, struct sockaddr_un *address)
{
    size_t length = strlen(name);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path + 1, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

static bool same_object(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Rules are bound to objects, not to names, and so is the comparison: a declared link covers what it leads to. */
static bool is_among(const struct texts *paths, const struct stat *object)
{
    for (size_t index = 0; index < paths->count; index++) {
        struct stat status;
        if (stat(paths->items[index], &status) == 0 && same_object(&status, object)) {
            return true;
        }
    }
    return false;
}

static enum cover cover_of_object(const struct launch_spec *spec, const char *path)
{
    struct stat object;
    if (stat(path, &object) != 0 || is_among(&spec->read_write, &object)) {
        return COVER_READ_WRITE; /* what cannot be looked at is of no use for a proof */
    }
    return is_among(&spec->read_only, &object) ? COVER_READ_ONLY : COVER_NONE;
}

/* The most that the directories above a plain path allow. */
static enum cover cover_above(const struct launch_spec *spec, const char *path)
{
    char above[PATH_MAX];
    (void)snprintf(above, sizeof above, "%s", path);
    enum cover most = COVER_NONE;
    while (above[1] != '\0') {
        char *slash = strrchr(above, '/');
        slash[slash == above ? 1 : 0] = '\0';
        enum cover here = cover_of_object(spec, above);
        most = here > most ? here : most;
    }
    return most;
}

static bool is_directory(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void write_file(const char *path, uid_t uid, gid_t gid)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0700);
    must(fd, "attestation", path, hint_scene);
    ssize_t written = write(fd, SCENE_CONTENT, sizeof SCENE_CONTENT - 1);
    must(written < 0 ? -1 : 0, "attestation", path, hint_scene);
    must(fchown(fd, uid, gid), "attestation", path, hint_scene);
    (void)close(fd);
}

static const char *const file_names[] = {SCENE_FILE, SCENE_REMOVED, SCENE_RENAMED};

static void write_files(const struct scene *scene, const char *path)
{
    for (size_t index = 0; index < sizeof file_names / sizeof file_names[0]; index++) {
        char file[PATH_MAX + NAME_MAX];
        (void)snprintf(file, sizeof file, "%s/%s", path, file_names[index]);
        write_file(file, scene->uid, scene->gid);
    }
}

/*
 * A tmpfs of the user's on top of a directory. Landlock asks the rules of what is mounted and of the directories
 * above the mount point, not of what it hides; so a rule for the hidden directory does not count.
 */
static void mount_place(const struct scene *scene, const char *path)
{
    char options[96];
    (void)snprintf(options, sizeof options, "mode=0700,uid=%u,gid=%u,size=64k", scene->uid, scene->gid);
    must(mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options), "attestation", path, hint_scene);
    write_files(scene, path);
}

/* A folder in the container's: it is the user's as soon as its files are. */
static void hand_over(const struct scene *scene, const char *path)
{
    if (path[0] != '\0') {
        write_files(scene, path);
        must(chown(path, scene->uid, scene->gid), "attestation", path, hint_scene);
    }
}

/* True when there is a new folder of the scene in this one. */
static bool make_folder(char *place, size_t size, const char *directory)
{
    int length = snprintf(place, size, "%s/" SCENE_FOLDER, strcmp(directory, "/") == 0 ? "" : directory);
    return length < (int)size && mkdir(place, 0700) == 0;
}

/* The container's own /dev comes first, because nothing of it is the image's. */
static void make_outside(struct scene *scene)
{
    static const char *const directories[] = {"/dev", "/run", "/etc", "/"};
    for (size_t index = 0; index < sizeof directories / sizeof directories[0]; index++) {
        const char *path = directories[index];
        if (cover_of_object(scene->spec, path) == COVER_NONE && cover_above(scene->spec, path) == COVER_NONE &&
            make_folder(scene->outside, sizeof scene->outside, path)) {
            return;
        }
    }
    scene->outside[0] = '\0';
}

/* The last one first: it is where the sandbox's own files are, and not the image's. */
static void make_read_only(struct scene *scene)
{
    for (size_t index = scene->spec->read_only.count; index-- > 0;) {
        const char *path = scene->spec->read_only.items[index];
        if (!plan_is_provided(path) && is_directory(path) && cover_above(scene->spec, path) != COVER_READ_WRITE &&
            cover_of_object(scene->spec, path) == COVER_READ_ONLY &&
            make_folder(scene->read_only, sizeof scene->read_only, path)) {
            return;
        }
    }
    scene->read_only[0] = '\0';
}

static void make_places(struct scene *scene)
{
    make_outside(scene);
    make_read_only(scene);
    hand_over(scene, scene->outside);
    hand_over(scene, scene->read_only);
}

/* The sandbox's own devpts, which nobody uses yet, serves unless the policy has a rule for /dev. */
static void choose_outside(struct scene *scene)
{
    const char *chosen = cover_above(scene->spec, "/dev/pts") == COVER_NONE ? "/dev/pts" : NULL;
    for (size_t index = 0; index < scene->spec->mount_count && chosen == NULL; index++) {
        const char *path = scene->spec->mounts[index].path;
        if (strcmp(path, "/") != 0 && !plan_is_provided(path) && is_directory(path) &&
            cover_above(scene->spec, path) == COVER_NONE) {
            chosen = path;
        }
    }
    (void)snprintf(scene->outside, sizeof scene->outside, "%s", chosen == NULL ? "" : chosen);
}

/* A directory in a declared read-only one, so that the rule that is tried is one of the policy's. */
static bool choose_beneath(struct scene *scene, const char *path)
{
    DIR *directory = opendir(path);
    bool chosen = false;
    for (struct dirent *entry = directory == NULL ? NULL : readdir(directory); entry != NULL && !chosen;
         entry = readdir(directory)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        int length = snprintf(scene->read_only, sizeof scene->read_only, "%s/%s", strcmp(path, "/") == 0 ? "" : path,
                              entry->d_name);
        chosen = length < (int)sizeof scene->read_only && !plan_is_provided(scene->read_only) &&
                 is_directory(scene->read_only) && cover_above(scene->spec, scene->read_only) == COVER_READ_ONLY;
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    return chosen;
}

static void choose_read_only(struct scene *scene)
{
    for (size_t index = 0; index < scene->spec->read_only.count; index++) {
        const char *path = scene->spec->read_only.items[index];
        if (!plan_is_provided(path) && is_directory(path) && choose_beneath(scene, path)) {
            return;
        }
    }
    scene->read_only[0] = '\0';
}

static void mount_places(struct scene *scene)
{
    choose_outside(scene);
    choose_read_only(scene);
    if (scene->outside[0] != '\0') {
        mount_place(scene, scene->outside);
    }
    if (scene->read_only[0] != '\0') {
        mount_place(scene, scene->read_only);
    }
}

static void choose_device(struct scene *scene)
{
    for (size_t index = 0; index < DEVICE_COUNT; index++) {
        const char *name = device_names[index];
        (void)snprintf(scene->device, sizeof scene->device, "/dev/%s", name);
        if (strcmp(name, "tty") != 0 && cover_of_object(scene->spec, scene->device) != COVER_READ_WRITE &&
            cover_above(scene->spec, scene->device) != COVER_READ_WRITE) {
            return;
        }
    }
    scene->device[0] = '\0';
}

static int listen_abstract(const char *name)
{
    struct sockaddr_un address;
    socklen_t length = scene_address(name, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(fd, "attestation", "abstract socket", hint_scene);
    must(bind(fd, (struct sockaddr *)&address, length), "attestation", "abstract socket", hint_scene);
    must(listen(fd, 1), "attestation", "abstract socket", hint_scene);
    return fd;
}

static void enter_network(const struct scene *scene, int namespace)
{
    if (!scene->contained) {
        must(setns(namespace, CLONE_NEWNET), "attestation", "setns", hint_scene);
    }
}

/* Init is in the gate's network namespace, and is again afterwards. */
static void open_listeners(struct scene *scene)
{
    scene->listeners[0] = listen_abstract(SCENE_HIDDEN);
    enter_network(scene, scene->network->agent_namespace);
    scene->listeners[1] = listen_abstract(SCENE_REACHABLE);
    int trial = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    scene->has_ipv6 = trial >= 0;
    if (trial >= 0) {
        (void)close(trial);
    }
    enter_network(scene, scene->network->gate_namespace);
}

/* Says on the pipe that it has become the user, and waits for its end. */
_Noreturn static void stand_by(const struct scene *scene, int ready)
{
    int32_t error = privilege_set_groups(scene->gid, scene->user_namespace);
    error = error != 0 ? error : privilege_set_user(scene->uid, scene->gid);
    if (write(ready, &error, sizeof error) != (ssize_t)sizeof error || error != 0) {
        _exit(EXIT_LAUNCHER_FAILED);
    }
    for (;;) {
        (void)pause();
    }
}

static void start_bystander(struct scene *scene)
{
    int ready[2];
    must(pipe2(ready, O_CLOEXEC), "attestation", "pipe", hint_scene);
    scene->bystander = fork();
    must(scene->bystander, "attestation", "fork", hint_scene);
    if (scene->bystander == 0) {
        stand_by(scene, ready[1]);
    }
    (void)close(ready[1]);
    int32_t error = EIO;
    if (read(ready[0], &error, sizeof error) != (ssize_t)sizeof error || error != 0) {
        die("attestation", "bystander", error, hint_scene);
    }
    (void)close(ready[0]);
}

uint64_t scene_microseconds(void)
{
    return monotonic_nanoseconds() / 1000;
}

bool scene_hides(const struct scene *scene, const char *path)
{
    return (scene->outside[0] != '\0' && spec_is_beneath(path, scene->outside)) ||
           (scene->read_only[0] != '\0' && spec_is_beneath(path, scene->read_only));
}

void scene_build(struct scene *scene, const struct launch_spec *spec, const struct network *network,
                 const struct confinement *confinement)
{
    *scene = (struct scene){
        .spec = spec,
        .network = network,
        .started = scene_microseconds(),
        .landlock_abi = confinement->landlock.ruleset < 0 ? 0 : confinement->landlock.abi,
        .tcp_to_proxy_only = confinement->landlock.tcp_to_proxy_only,
        .uid = confinement->uid,
        .gid = confinement->gid,
        .user_namespace = confinement->user_namespace,
        .contained = confinement->contained,
    };
    scene->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    must(scene->null, "attestation", "/dev/null", hint_scene);
    choose_device(scene);
    if (scene->contained) {
        make_places(scene);
    } else {
        mount_places(scene);
    }
    open_listeners(scene);
    start_bystander(scene);
}

static void act_as(uint32_t uid, uint32_t gid)
{
    int error = privilege_act_as(uid, gid);
    if (error != 0) {
        die("attestation", "owner", error, hint_scene);
    }
}

/* What is in the folder can only be removed by its owner, and the folder itself by the one above's. */
static void remove_folder(const struct scene *scene, const char *path)
{
    act_as(scene->uid, scene->gid);
    for (size_t index = 0; index < sizeof file_names / sizeof file_names[0]; index++) {
        char file[PATH_MAX + NAME_MAX];
        (void)snprintf(file, sizeof file, "%s/%s", path, file_names[index]);
        must(unlink(file), "attestation", file, hint_scene);
    }
    act_as(0, 0);
    must(rmdir(path), "attestation", path, hint_scene);
}

static void remove_place(const struct scene *scene, const char *path)
{
    if (path[0] == '\0') {
        return;
    }
    if (scene->contained) {
        remove_folder(scene, path);
    } else {
        must(umount2(path, MNT_DETACH), "attestation", path, hint_scene);
    }
}

void scene_remove(struct scene *scene)
{
    must(kill(scene->bystander, SIGKILL), "attestation", "bystander", hint_scene);
    must(waitpid(scene->bystander, NULL, 0), "attestation", "bystander", hint_scene);
    remove_place(scene, scene->read_only);
    remove_place(scene, scene->outside);
    (void)close(scene->listeners[0]);
    (void)close(scene->listeners[1]);
    (void)close(scene->null);
}
