#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices.h"
#include "die.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define READ_ONLY_RIGHTS (K_LANDLOCK_FS_EXECUTE | K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_READ_DIR)
#define DEVICE_RIGHTS (K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_WRITE_FILE)
#define TERMINAL_RIGHTS (DEVICE_RIGHTS | K_LANDLOCK_FS_IOCTL_DEV)

/* The rights that make sense for something that is not a directory; the kernel refuses the others there. */
#define FILE_RIGHTS                                                                                                    \
    (K_LANDLOCK_FS_EXECUTE | K_LANDLOCK_FS_WRITE_FILE | K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_TRUNCATE |             \
     K_LANDLOCK_FS_IOCTL_DEV)

/* ABI 1 has everything up to MAKE_SYM; later ones added one right each. Index: the ABI. */
static const uint64_t newest_right[] = {
    0,
    K_LANDLOCK_FS_MAKE_SYM,
    K_LANDLOCK_FS_REFER,
    K_LANDLOCK_FS_TRUNCATE,
    K_LANDLOCK_FS_TRUNCATE, /* 4 added TCP ports */
    K_LANDLOCK_FS_IOCTL_DEV,
};

struct rules {
    int ruleset;
    uint64_t handled;
    bool hard;
    struct report *report;
};

int landlock_probe(void)
{
    int abi = sys_landlock_create_ruleset(NULL, 0, K_LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : abi;
}

static uint64_t rights_of(int abi)
{
    size_t index = (size_t)abi < COUNT(newest_right) ? (size_t)abi : COUNT(newest_right) - 1;
    return (newest_right[index] << 1) - 1;
}

/*
 * Everything the kernel can handle for files, and from ABI 6 on abstract Unix sockets and signals:
 * neither leads out of the sandbox's domain.
 *
 * TCP is left alone on purpose. Landlock's TCP rules know ports, not addresses, so they could not
 * tell the gate from a server on the sandbox's own loopback, which has to work. The network
 * namespace already has no way to anywhere but the gate.
 */
static int create_ruleset(int abi)
{
    struct k_landlock_ruleset_attr attributes = {.handled_access_fs = rights_of(abi)};
    if (abi >= 6) {
        attributes.scoped = K_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | K_LANDLOCK_SCOPE_SIGNAL;
    }
    return sys_landlock_create_ruleset(&attributes, sizeof attributes, 0);
}

/* Adds a rule for an opened path, with no more rights than its kind can have. 0 or an errno. */
static int add_rule(const struct rules *rules, int fd, uint64_t rights)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    if (!S_ISDIR(status.st_mode)) {
        rights &= FILE_RIGHTS;
    }
    struct k_landlock_path_beneath_attr rule = {.allowed_access = rights & rules->handled, .parent_fd = fd};
    return sys_landlock_add_path(rules->ruleset, &rule) == 0 ? 0 : errno;
}

/* Opens a path of the policy. A read-write path is opened without following links, as when it was mounted. */
static int open_path(const char *path, bool writable)
{
    struct k_open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = writable ? K_RESOLVE_NO_SYMLINKS : 0};
    int fd = sys_openat2(AT_FDCWD, path, &how);
    if (fd < 0 && errno == ELOOP && writable) {
        die("landlock", path, ELOOP, "a read-write path must not be or contain a symbolic link: give its target");
    }
    return fd;
}

static void leave_out(const struct rules *rules, const char *path, int error)
{
    const char *reason = report_path_reason(error);
    if (rules->hard) {
        char hint[160];
        (void)snprintf(hint, sizeof hint, "Landlock path unavailable in hard_requirement mode (%s)", reason);
        die("landlock", path, error, hint);
    }
    report_skipped(rules->report, SKIPPED_LANDLOCK, path, reason, error);
}

/* Returns how many rules were added. */
static uint32_t add_paths(const struct rules *rules, const struct texts *paths, bool writable)
{
    uint32_t added = 0;
    for (size_t index = 0; index < paths->count; index++) {
        const char *path = paths->items[index];
        int fd = open_path(path, writable);
        int error = fd < 0 ? errno : add_rule(rules, fd, writable ? rules->handled : READ_ONLY_RIGHTS);
        if (fd >= 0) {
            (void)close(fd);
        }
        if (error == 0) {
            added++;
        } else {
            leave_out(rules, path, error);
        }
    }
    return added;
}

/* The sandbox's own /dev is there to be used. */
static void add_devices(const struct rules *rules)
{
    char path[32];
    for (size_t index = 0; index < DEVICE_COUNT; index++) {
        bool is_terminal = strcmp(device_names[index], "tty") == 0;
        (void)snprintf(path, sizeof path, "/dev/%s", device_names[index]);
        int fd = open_path(path, false);
        must(fd, "landlock", path, "the sandbox's own device is missing");
        int error = add_rule(rules, fd, is_terminal ? TERMINAL_RIGHTS : DEVICE_RIGHTS);
        (void)close(fd);
        if (error != 0) {
            die("landlock", path, error, "the kernel refuses the rule");
        }
    }
    static const struct {
        const char *path;
        uint64_t rights;
    } directories[] = {
        {"/dev/pts", TERMINAL_RIGHTS | K_LANDLOCK_FS_READ_DIR},
        {"/dev/shm", ~0ull},
    };
    for (size_t index = 0; index < COUNT(directories); index++) {
        int fd = open_path(directories[index].path, false);
        must(fd, "landlock", directories[index].path, "the sandbox's own directory is missing");
        int error = add_rule(rules, fd, directories[index].rights);
        (void)close(fd);
        if (error != 0) {
            die("landlock", directories[index].path, error, "the kernel refuses the rule");
        }
    }
}

/* With best_effort the sandbox goes on and the supervisor raises a finding; otherwise it ends here. */
static int unavailable(const struct launch_spec *spec, const char *what, int error, struct report *report)
{
    if (spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT) {
        die("landlock", what, error, "Landlock unavailable in hard_requirement mode: needs Linux 5.13 or later with "
                                     "landlock among the active security modules (lsm=landlock,...)");
    }
    report->landlock_unavailable = true;
    report_step(report, "landlock", "not applied: %s: %s", what, strerror(error));
    return -1;
}

int landlock_prepare(const struct launch_spec *spec, struct report *report)
{
    if (spec->landlock_mode == LANDLOCK_OFF || spec->read_only.count + spec->read_write.count == 0) {
        report_step(report, "landlock", "not applied: the policy declares no path");
        return -1;
    }
    int abi = landlock_probe();
    if (abi == 0) {
        return unavailable(spec, "kernel", errno, report);
    }
    struct rules rules = {
        .ruleset = create_ruleset(abi),
        .handled = rights_of(abi),
        .hard = spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT,
        .report = report,
    };
    if (rules.ruleset < 0) {
        return unavailable(spec, "ruleset", errno, report);
    }
    report->read_only_rules = add_paths(&rules, &spec->read_only, false);
    report->read_write_rules = add_paths(&rules, &spec->read_write, true);
    if (report->read_only_rules + report->read_write_rules == 0) {
        /* An empty ruleset would deny everything; the reference has a finding instead. */
        (void)close(rules.ruleset);
        return unavailable(spec, "no configured path can be opened", ENOENT, report);
    }
    add_devices(&rules);
    report->landlock_abi = (uint32_t)abi;
    report_step(report, "landlock", "ABI %d, %u read-only and %u read-write rules", abi, report->read_only_rules,
                report->read_write_rules);
    return rules.ruleset;
}

int landlock_restrict(int ruleset)
{
    return sys_landlock_restrict_self(ruleset) == 0 ? 0 : errno;
}
