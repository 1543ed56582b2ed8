#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oom.h"
#include "privilege.h"
#include "syscalls.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"
#define FIRST_FREE_DESCRIPTOR 3

static const char *const step_names[SPAWN_STEP_COUNT] = {
    [SPAWN_SESSION] = "session",
    [SPAWN_MEMORY_SCORE] = "memory score",
    [SPAWN_STREAMS] = "streams",
    [SPAWN_NETWORK] = "network namespace",
    [SPAWN_GROUPS] = "groups",
    [SPAWN_BOUNDING_SET] = "capability bounding set",
    [SPAWN_USER] = "user",
    [SPAWN_CAPABILITIES] = "capabilities",
    [SPAWN_CORE_DUMPS] = "core dumps",
    [SPAWN_NO_NEW_PRIVILEGES] = "no new privileges",
    [SPAWN_LANDLOCK] = "landlock",
    [SPAWN_DESCRIPTORS] = "descriptors",
    [SPAWN_DIRECTORY] = "working directory",
    [SPAWN_SIGNALS] = "signals",
    [SPAWN_SECCOMP] = "seccomp",
    [SPAWN_EXEC] = "exec",
};

const char *spawn_step_name(int step)
{
    return step >= 0 && step < SPAWN_STEP_COUNT ? step_names[step] : "unknown";
}

void spawn_step_detail(const struct confinement *confinement, int step, char *text, size_t size)
{
    switch (step) {
    case SPAWN_NETWORK:
        (void)snprintf(text, size, confinement->contained ? "the container's" : "the agent's namespace entered");
        return;
    case SPAWN_GROUPS:
        (void)snprintf(text, size, "gid %u, %s", confinement->gid,
                       confinement->user_namespace ? "the user's own supplementary groups (only root can drop them)"
                                                   : "no supplementary groups");
        return;
    case SPAWN_USER:
        (void)snprintf(text, size, "uid %u, root cannot come back", confinement->uid);
        return;
    case SPAWN_LANDLOCK:
        (void)snprintf(text, size, confinement->landlock.ruleset < 0 ? "not applied" : "restricted, ABI %u%s",
                       confinement->landlock.abi,
                       confinement->landlock.tcp_to_proxy_only ? ", TCP to the proxy only" : "");
        return;
    case SPAWN_SECCOMP:
        (void)snprintf(text, size, "%u instructions, %zu rules", confinement->program.length, seccomp_refusal_count);
        return;
    default:
        (void)snprintf(text, size, "verified");
    }
}

static int result(int value)
{
    return value < 0 ? errno : 0;
}

/* A session of its own, so that no terminal of the host is the controlling one; also a process group of its own. */
static int start_session(void)
{
    return setsid() == getpid() ? 0 : errno;
}

static int take_streams(const int streams[3], bool terminal)
{
    if (terminal && ioctl(streams[0], TIOCSCTTY, 0) != 0) {
        return errno;
    }
    for (int fd = 0; fd < FIRST_FREE_DESCRIPTOR; fd++) {
        /* The received descriptors are all above 2: init keeps 0, 1 and 2 open. */
        if (dup2(streams[fd], fd) < 0) {
            return errno;
        }
    }
    return 0;
}

static int enter_network(const struct confinement *confinement)
{
    struct stat wanted;
    struct stat got;
    if (!confinement->contained && setns(confinement->agent_namespace, CLONE_NEWNET) != 0) {
        return errno;
    }
    if (fstat(confinement->agent_namespace, &wanted) != 0 || stat("/proc/self/ns/net", &got) != 0) {
        return errno;
    }
    return wanted.st_dev == got.st_dev && wanted.st_ino == got.st_ino ? 0 : EPERM;
}

/* Leaves 0, 1, 2 and the status pipe, which becomes descriptor 3 and closes itself at exec. */
static int close_others(int *status)
{
    if (*status != FIRST_FREE_DESCRIPTOR && dup3(*status, FIRST_FREE_DESCRIPTOR, O_CLOEXEC) < 0) {
        return errno;
    }
    *status = FIRST_FREE_DESCRIPTOR;
    if (fcntl(*status, F_GETFD) != FD_CLOEXEC) {
        return EBADF;
    }
    return result(sys_close_range(FIRST_FREE_DESCRIPTOR + 1, UINT_MAX, 0));
}

/* By the system call, because a C library does not let the numbers that it keeps for itself be changed. */
static int reset_signals(void)
{
    const unsigned long standard[4] = {0}; /* the kernel's struct sigaction, all zero: SIG_DFL */
    for (int number = 1; number <= K_SIGNALS; number++) {
        bool fixed = number == SIGKILL || number == SIGSTOP;
        if (!fixed && syscall(SYS_rt_sigaction, number, standard, NULL, K_SIGNALS / 8) != 0) {
            return errno;
        }
    }
    sigset_t none;
    (void)sigemptyset(&none);
    return result(sigprocmask(SIG_SETMASK, &none, NULL));
}

static const char *find_path(char *const environment[])
{
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, "PATH=", 5) == 0) {
            return *environment + 5;
        }
    }
    return DEFAULT_PATH;
}

/*
 * As execvpe(3), with the PATH of the agent's own environment, without the current directory for an empty
 * entry, and without running a file of unknown format by a shell. Returns the errno.
 */
static int execute(char *const arguments[], char *const environment[])
{
    const char *name = arguments[0];
    if (name[0] == '\0') {
        return ENOENT;
    }
    if (strchr(name, '/') != NULL) {
        (void)execve(name, arguments, environment);
        return errno;
    }
    int error = ENOENT;
    char path[PATH_MAX];
    for (const char *entry = find_path(environment); *entry != '\0';) {
        size_t length = strcspn(entry, ":");
        if (length > 0 && length + 1 + strlen(name) < sizeof path) {
            (void)snprintf(path, sizeof path, "%.*s/%s", (int)length, entry, name);
            (void)execve(path, arguments, environment);
            if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
                return errno;
            }
            error = errno == EACCES ? EACCES : error;
        }
        entry += length + (entry[length] == ':' ? 1 : 0);
    }
    return error;
}

/* Tells init how a step went, and goes no further when it failed. */
static void step(int status, enum spawn_step which, int error)
{
    struct spawn_status report = {(int32_t)which, error};
    if (write(status, &report, sizeof report) != (ssize_t)sizeof report || error != 0) {
        _exit(127);
    }
}

/* A test build (make broken) leaves one step out, to see that the attestation refuses to start. */
#if defined(LEAVE_OUT)
#define TAKE(which, action) step(*status, which, (which) == LEAVE_OUT ? 0 : (action))
#else
#define TAKE(which, action) step(*status, which, action)
#endif

/*
 * The order of enforcement, for every agent process and for the probe that attests it. Each line must succeed and
 * is verified by the function that does it. The bounding set goes before the user because clearing it takes a
 * capability that changing the user takes away.
 */
static void confine(struct confinement *c, const struct spawn_spec *spec, const int streams[3], int *status)
{
    TAKE(SPAWN_SESSION, start_session());
    TAKE(SPAWN_MEMORY_SCORE, oom_raise_score(c->user_namespace || c->contained));
    TAKE(SPAWN_STREAMS, take_streams(streams, spec->terminal));
    TAKE(SPAWN_NETWORK, enter_network(c));
    TAKE(SPAWN_GROUPS, privilege_set_groups(c->gid, c->user_namespace));
    TAKE(SPAWN_BOUNDING_SET, privilege_clear_bounding_set());
    TAKE(SPAWN_USER, privilege_set_user(c->uid, c->gid));
    TAKE(SPAWN_CAPABILITIES, privilege_clear_capabilities());
    TAKE(SPAWN_CORE_DUMPS, privilege_forbid_core_dumps());
    TAKE(SPAWN_NO_NEW_PRIVILEGES, privilege_no_new_privileges());
    TAKE(SPAWN_LANDLOCK, landlock_restrict(&c->landlock));
    TAKE(SPAWN_DESCRIPTORS, close_others(status));
    TAKE(SPAWN_DIRECTORY, result(chdir(spec->directory)));
    (void)umask(022);
    TAKE(SPAWN_SIGNALS, reset_signals());
    TAKE(SPAWN_SECCOMP, seccomp_install(&c->program));
}

int spawn_resize(int master, uint32_t rows, uint32_t columns)
{
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    return result(ioctl(master, TIOCSWINSZ, &size));
}

static int open_both_ends(int *master, int *slave)
{
    int unlock = 0;
    *master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master < 0 || ioctl(*master, (int)K_TIOCSPTLCK, &unlock) != 0) {
        return errno;
    }
    *slave = ioctl(*master, (int)K_TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return result(*slave);
}

/* A terminal belongs to whoever opens it, unless its file system, which in a container is not ours, says otherwise. */
static int open_terminal(const struct confinement *confinement, const struct spawn_spec *spec, int *master, int *slave)
{
    int error = confinement->contained ? privilege_act_as(confinement->uid, confinement->gid) : 0;
    error = error != 0 ? error : open_both_ends(master, slave);
    if (confinement->contained && privilege_act_as(0, 0) != 0) {
        return EPERM;
    }
    struct stat status;
    if (error == 0 && (fstat(*slave, &status) != 0 || status.st_uid != confinement->uid)) {
        return EPERM;
    }
    return error != 0 ? error : spawn_resize(*master, spec->rows, spec->columns);
}

static void close_if_open(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

/* The child's side of the fork: confined, it executes the program, or takes the probe's part. */
_Noreturn static void become(struct confinement *confinement, const struct spawn_spec *spec, const int streams[3],
                             int status, const struct probe *probe)
{
    confine(confinement, spec, streams, &status);
    if (probe != NULL) {
        probe->run(probe->scene, status);
        _exit(0);
    }
    step(status, SPAWN_EXEC, execute(spec->arguments.items, spec->environment.items));
    _exit(127);
}

static int start(struct confinement *confinement, const struct spawn_spec *spec, const int streams[3],
                 const struct probe *probe, struct spawned *spawned, const char **failed)
{
    int slave = -1;
    int status[2] = {-1, -1};
    *spawned = (struct spawned){.pid = -1, .status = -1, .master = -1};
    int error = spec->terminal ? open_terminal(confinement, spec, &spawned->master, &slave) : 0;
    *failed = "terminal";
    if (error == 0 && pipe2(status, O_CLOEXEC | O_NONBLOCK) != 0) {
        error = errno;
        *failed = "status pipe";
    }
    if (error == 0) {
        spawned->pid = fork();
        error = result(spawned->pid);
        *failed = "fork";
    }
    if (spawned->pid == 0) {
        const int terminal[3] = {slave, slave, slave};
        become(confinement, spec, spec->terminal ? terminal : streams, status[1], probe);
    }
    close_if_open(slave);
    close_if_open(status[1]);
    if (error != 0) {
        close_if_open(status[0]);
        close_if_open(spawned->master);
        spawned->master = -1;
        return error;
    }
    spawned->status = status[0];
    return 0;
}

int spawn_start(struct confinement *confinement, const struct spawn_spec *spec, const int streams[3],
                struct spawned *spawned, const char **failed)
{
    static char *const no_environment[] = {NULL};
    struct spawn_spec complete = *spec;
    if (complete.environment.items == NULL) {
        complete.environment.items = (char **)(uintptr_t)no_environment;
    }
    return start(confinement, &complete, streams, NULL, spawned, failed);
}

int spawn_probe(struct confinement *confinement, const struct probe *probe, int null, struct spawned *spawned,
                const char **failed)
{
    static char root[] = "/";
    const struct spawn_spec nothing = {.directory = root};
    const int streams[3] = {null, null, null};
    return start(confinement, &nothing, streams, probe, spawned, failed);
}
