#include "landlock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices.h"
#include "die.h"
#include "network.h"
#include "rights.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PROBLEM_SIZE (4096 + 256) /* a path and what is said of it */
#define DISCARD_PORT 9
#define UNNAMED ".openshell-landlock"

#define READ_ONLY_RIGHTS (K_LANDLOCK_FS_EXECUTE | K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_READ_DIR)
#define DEVICE_RIGHTS (K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_WRITE_FILE)
#define TERMINAL_RIGHTS (DEVICE_RIGHTS | K_LANDLOCK_FS_IOCTL_DEV)

/*
 * All but connecting to Unix sockets that somebody else made: a daemon of the host may have one in a shared
 * directory. The agent's own are in its domain, which needs no rule.
 */
#define READ_WRITE_RIGHTS (~K_LANDLOCK_FS_RESOLVE_UNIX)

/* The rights that make sense for something that is not a directory; the kernel refuses the others there. */
#define FILE_RIGHTS                                                                                                    \
    (K_LANDLOCK_FS_EXECUTE | K_LANDLOCK_FS_WRITE_FILE | K_LANDLOCK_FS_READ_FILE | K_LANDLOCK_FS_TRUNCATE |             \
     K_LANDLOCK_FS_IOCTL_DEV)

static const char hint_hard[] = "to go on without, let the policy say landlock.compatibility: best_effort";

struct rules {
    int ruleset;
    uint64_t handled;
    bool hard;
    bool contained;
    uint32_t left_out;
    struct report *report;
};

int landlock_probe(void)
{
    int abi = sys_landlock_create_ruleset(NULL, 0, K_LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : abi;
}

const char *landlock_absence(int error)
{
    switch (error) {
    case ENOSYS:
        return "not implemented by this kernel (Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK has it)";
    case EOPNOTSUPP:
        return "not enabled at boot (landlock must be in the kernel's lsm= list)";
    case EPERM:
        return "blocked (a seccomp filter around OpenShell, as of a container engine, refuses its system calls)";
    default:
        return "unexpected error";
    }
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

/*
 * Opens a path of the policy. A read-write path is opened without following links, as when it was mounted. In a container
 * links are the image's, and must not lead to what is mounted there.
 */
static int open_path(const struct rules *rules, const char *path, bool writable)
{
    bool no_links = writable || rules->contained;
    struct k_open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = no_links ? K_RESOLVE_NO_SYMLINKS : 0};
    int fd = sys_openat2(AT_FDCWD, path, &how);
    if (fd < 0 && errno == ELOOP && writable) {
        die("landlock", path, ELOOP, "a read-write path must not be or contain a symbolic link: give its target");
    }
    if (fd < 0 && errno == ELOOP && no_links) {
        how.resolve = K_RESOLVE_NO_XDEV;
        fd = sys_openat2(AT_FDCWD, path, &how);
    }
    return fd;
}

_Noreturn void landlock_path_fatal(const char *path, const char *reason, int error)
{
    char problem[PROBLEM_SIZE];
    (void)snprintf(problem, sizeof problem, "Landlock path unavailable in hard_requirement mode: %s (%s)", path,
                   reason);
    die("landlock", problem, error, "take the path out of the policy, make it, or let the policy say best_effort");
}

static void leave_out(struct rules *rules, const char *path, int error)
{
    const char *reason = report_path_reason(error);
    if (rules->hard) {
        landlock_path_fatal(path, reason, error);
    }
    rules->left_out++;
    report_skipped(rules->report, SKIPPED_LANDLOCK, path, reason, error);
}

/* Returns how many rules were added. */
static uint32_t add_paths(struct rules *rules, const struct texts *paths, bool writable)
{
    uint32_t added = 0;
    for (size_t index = 0; index < paths->count; index++) {
        const char *path = paths->items[index];
        int fd = open_path(rules, path, writable);
        int error = fd < 0 ? errno : add_rule(rules, fd, writable ? READ_WRITE_RIGHTS : READ_ONLY_RIGHTS);
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
        int fd = open_path(rules, path, false);
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
        {"/dev/shm", READ_WRITE_RIGHTS},
    };
    for (size_t index = 0; index < COUNT(directories); index++) {
        int fd = open_path(rules, directories[index].path, false);
        must(fd, "landlock", directories[index].path, "the sandbox's own directory is missing");
        int error = add_rule(rules, fd, directories[index].rights);
        (void)close(fd);
        if (error != 0) {
            die("landlock", directories[index].path, error, "the kernel refuses the rule");
        }
    }
}

/* With hard_requirement it ends here; with best_effort the sandbox goes on and the supervisor raises a finding. */
static void must_not_be_required(const struct launch_spec *spec, const char *why, int error, const char *hint)
{
    if (spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT) {
        char problem[PROBLEM_SIZE];
        (void)snprintf(problem, sizeof problem, "Landlock unavailable in hard_requirement mode: %s", why);
        die("landlock", problem, error, hint);
    }
}

static bool wants_tcp_limit(const struct launch_spec *spec)
{
    return (spec->flags & LAUNCH_TCP_TO_PROXY_ONLY) != 0;
}

static void without_tcp_limit(const struct launch_spec *spec, struct report *report)
{
    const char *why = "TCP ports are known to Landlock from Linux 6.7 (ABI 4) on, not to this kernel";
    must_not_be_required(spec, why, EOPNOTSUPP, "to go on, run without the limit of TCP to the proxy");
    report_skipped(report, SKIPPED_TCP_LIMIT, "TCP", why, EOPNOTSUPP);
}

static void unavailable(const struct launch_spec *spec, const char *why, int error, struct report *report)
{
    must_not_be_required(spec, why, error, hint_hard);
    report->landlock_unavailable = true;
    report_step(report, "landlock", "not applied: %s", why);
    if (wants_tcp_limit(spec)) {
        report_skipped(report, SKIPPED_TCP_LIMIT, "TCP", why, error);
    }
}

/*
 * Ports are all that Landlock knows of TCP, so this takes the agent's own loopback servers away too, and is done
 * only when asked for. Nothing may be bound: a server that nobody can reach has no use, and one on the proxy's port
 * could be reached. From ABI 10 on UDP, which leads nowhere else either, is refused as well.
 */
static void allow_proxy_only(const struct rules *rules)
{
    struct k_landlock_net_port_attr rule = {.allowed_access = K_LANDLOCK_NET_CONNECT_TCP, .port = NETWORK_GATE_PORT};
    must(sys_landlock_add_port(rules->ruleset, &rule), "landlock", "TCP port of the proxy", "the kernel refuses the rule");
}

/* Lies on a mount that is attached nowhere, so no rule for a path of the sandbox can cover it. */
static int open_forbidden(void)
{
    const char *hint = "needs Linux 5.2 or later and CAP_SYS_ADMIN in the sandbox's user namespace";
    int context = sys_fsopen("tmpfs");
    must(context, "landlock", "fsopen", hint);
    must(sys_fsconfig_create(context), "landlock", "fsconfig", hint);
    int directory = sys_fsmount(context, K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV | K_MOUNT_ATTR_NOEXEC);
    must(directory, "landlock", "fsmount", hint);
    (void)close(context);
    int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(listing, "landlock", "check", "nothing but Landlock may refuse what the check tries");
    (void)close(listing);
    return directory;
}

/*
 * In a container nothing can be mounted. A file of the agent's that has no name any more lies, for Landlock, where it
 * was made; so any directory will do in which no rule allows to write.
 */
static int open_unnamed(const struct launch_spec *spec)
{
    static const char *const directories[] = {"/dev", "/run", "/etc", ""};
    const char *hint = "needs a directory of the container that is writable for its root, and not for the agent";
    for (size_t index = 0; index < COUNT(directories); index++) {
        char path[64];
        (void)snprintf(path, sizeof path, "%s/" UNNAMED, directories[index]);
        int fd = spec_may_write(spec, path) ? -1 : open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) {
            continue;
        }
        must(fchown(fd, spec->uid, spec->gid), "landlock", path, hint);
        must(unlink(path), "landlock", path, hint);
        return fd;
    }
    die("landlock", "/dev, /run, /etc, /", EACCES, hint);
}

/* Opened once more by the one who is restricted. */
static int open_again(int fd)
{
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return open(self, O_WRONLY | O_CLOEXEC);
}

static void report_ruleset(const struct landlock *landlock, int abi, uint32_t left_out, struct report *report)
{
    char newer[64] = "";
    if (abi > RIGHTS_NEWEST_ABI) {
        (void)snprintf(newer, sizeof newer, " (the kernel offers %d)", abi);
    }
    report->landlock_abi = landlock->abi;
    report_step(report, "landlock", "ABI %u%s, %u read-only and %u read-write rules, %u left out%s", landlock->abi, newer,
                report->read_only_rules, report->read_write_rules, left_out,
                landlock->tcp_to_proxy_only ? ", TCP to the proxy only" : "");
}

static int create_ruleset(const struct rights *rights, bool tcp_to_proxy_only)
{
    struct k_landlock_ruleset_attr attributes = {
        .handled_access_fs = rights->files,
        .handled_access_net = tcp_to_proxy_only ? rights->network : 0,
        .scoped = rights->scopes,
    };
    return sys_landlock_create_ruleset(&attributes, sizeof attributes, 0);
}

static void build(const struct launch_spec *spec, int abi, struct landlock *landlock, struct report *report)
{
    const struct rights rights = rights_of(abi);
    bool limits_tcp = wants_tcp_limit(spec) && rights_know_tcp(abi);
    struct rules rules = {
        .ruleset = create_ruleset(&rights, limits_tcp),
        .handled = rights.files,
        .hard = spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT,
        .contained = spec_is_contained(spec),
        .report = report,
    };
    if (rules.ruleset < 0) {
        unavailable(spec, landlock_absence(errno), errno, report);
        return;
    }
    report->read_only_rules = add_paths(&rules, &spec->read_only, false);
    report->read_write_rules = add_paths(&rules, &spec->read_write, true);
    if (report->read_only_rules + report->read_write_rules == 0) {
        /* An empty ruleset would deny everything; the reference has a finding instead. */
        (void)close(rules.ruleset);
        unavailable(spec, "no configured path can be opened", ENOENT, report);
        return;
    }
    add_devices(&rules);
    if (limits_tcp) {
        allow_proxy_only(&rules);
    } else if (wants_tcp_limit(spec)) {
        without_tcp_limit(spec, report);
    }
    landlock->tcp_to_proxy_only = limits_tcp;
    landlock->ruleset = rules.ruleset;
    landlock->contained = spec_is_contained(spec);
    landlock->forbidden = landlock->contained ? open_unnamed(spec) : open_forbidden();
    landlock->flags = rights.flags;
    landlock->abi = (uint32_t)(abi < RIGHTS_NEWEST_ABI ? abi : RIGHTS_NEWEST_ABI);
    report_ruleset(landlock, abi, rules.left_out, report);
}

void landlock_prepare(const struct launch_spec *spec, struct landlock *landlock, struct report *report)
{
    *landlock = (struct landlock){.ruleset = -1, .forbidden = -1};
    if (spec->landlock_mode == LANDLOCK_OFF || spec->read_only.count + spec->read_write.count == 0) {
        report_step(report, "landlock", "not applied: the policy declares no path");
        return;
    }
    int abi = landlock_probe();
    if (abi == 0) {
        unavailable(spec, landlock_absence(errno), errno, report);
        return;
    }
    build(spec, abi, landlock, report);
}

static bool is_refused(int result)
{
    int error = errno;
    if (result >= 0) {
        (void)close(result);
    }
    return result < 0 && error == EACCES;
}

/* Nobody listens there, so without Landlock the answer is another. */
static int try_loopback(void)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(DISCARD_PORT), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        return fd;
    }
    int error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

int landlock_restrict(const struct landlock *landlock)
{
    if (landlock->ruleset < 0) {
        return 0;
    }
    if (sys_landlock_restrict_self(landlock->ruleset, landlock->flags) != 0) {
        return errno;
    }
    /* That the call succeeded is not proof enough: what no rule allows must be refused from now on. */
    int opened = landlock->contained ? open_again(landlock->forbidden)
                                     : openat(landlock->forbidden, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!is_refused(opened)) {
        return EPERM;
    }
    return !landlock->tcp_to_proxy_only || is_refused(try_loopback()) ? 0 : EPERM;
}
