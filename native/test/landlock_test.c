/*
 * Landlock: what is restricted by which version of its interface, and that a child is restricted or does not start.
 * Older, newer and missing versions are played by a filter that hands landlock_create_ruleset(2) to a handler here.
 */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"
#include "namespaces.h"
#include "rights.h"
#include "syscalls.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FILES_1 0x1fffull

static void each_version_restricts_what_the_kernel_documents_for_it(void)
{
    static const struct rights expected[] = {
        {0, 0, 0, 0},
        {FILES_1, 0, 0, 0},
        {FILES_1 | 0x2000, 0, 0, 0},
        {FILES_1 | 0x6000, 0, 0, 0},
        {FILES_1 | 0x6000, 3, 0, 0},
        {FILES_1 | 0xe000, 3, 0, 0},
        {FILES_1 | 0xe000, 3, 3, 0},
        {FILES_1 | 0xe000, 3, 3, 5},
        {FILES_1 | 0xe000, 3, 3, 5},
        {FILES_1 | 0x1e000, 3, 3, 5},
        {FILES_1 | 0x1e000, 15, 3, 5},
        {FILES_1 | 0x1e000, 15, 3, 5}, /* newer than the table */
        {FILES_1 | 0x1e000, 15, 3, 5},
    };
    for (int abi = 0; abi < (int)COUNT(expected); abi++) {
        struct rights got = rights_of(abi);
        CHECK_EQUALS(got.files, expected[abi].files);
        CHECK_EQUALS(got.network, expected[abi].network);
        CHECK_EQUALS(got.scopes, expected[abi].scopes);
        CHECK_EQUALS(got.flags, expected[abi].flags);
        CHECK_EQUALS(rights_know_tcp(abi), abi >= 4);
    }
    CHECK_EQUALS(rights_of(-1).files, 0);
    CHECK_EQUALS(RIGHTS_NEWEST_ABI, 10);
}

static void the_kernel_takes_what_the_table_says_of_its_version(void)
{
    int abi = landlock_probe();
    struct rights rights = rights_of(abi);
    struct k_landlock_ruleset_attr all = {rights.files, rights.network, rights.scopes};
    if (abi == 0) {
        (void)puts("landlock_test: skipped: this kernel has no Landlock");
        exit(0);
    }
    int ruleset = sys_landlock_create_ruleset(&all, sizeof all, 0);
    CHECK(ruleset >= 0);
    CHECK(close(ruleset) == 0);
    if (abi < RIGHTS_NEWEST_ABI) {
        rights = rights_of(RIGHTS_NEWEST_ABI);
        all = (struct k_landlock_ruleset_attr){rights.files, rights.network, rights.scopes};
        CHECK(sys_landlock_create_ruleset(&all, sizeof all, 0) < 0);
    }
}

static void the_three_reasons_for_no_landlock_are_told_apart(void)
{
    CHECK(strstr(landlock_absence(ENOSYS), "not implemented") == landlock_absence(ENOSYS));
    CHECK(strstr(landlock_absence(EOPNOTSUPP), "not enabled") == landlock_absence(EOPNOTSUPP));
    CHECK(strstr(landlock_absence(EPERM), "blocked") == landlock_absence(EPERM));
    CHECK(strcmp(landlock_absence(EIO), "unexpected error") == 0);
}

/* --- a kernel with another Landlock ------------------------------------------------------------------------------ */

static struct played {
    int version;     /* the answer to the probe: an ABI, or minus an errno */
    uint64_t masked; /* file rights that the real kernel does not know */
    uint64_t masked_network;
    bool restricts;  /* whether landlock_restrict_self does anything */
} played;

static long real_ruleset(const struct k_landlock_ruleset_attr *asked)
{
    /* Longer than the launcher's, and zero where it is: so the filter can tell this call from the launcher's. */
    struct {
        struct k_landlock_ruleset_attr known;
        uint64_t more;
    } attributes = {.known = *asked};
    attributes.known.handled_access_fs &= ~played.masked;
    attributes.known.handled_access_net &= ~played.masked_network;
    long result = syscall(K_NR_landlock_create_ruleset, &attributes, sizeof attributes, 0u);
    return result < 0 ? -errno : result;
}

static void on_trap(int number, siginfo_t *info, void *context)
{
    (void)number;
    ucontext_t *interrupted = context;
#if defined(__x86_64__)
    greg_t *registers = interrupted->uc_mcontext.gregs;
    long first = registers[REG_RDI];
    greg_t *answer = &registers[REG_RAX];
#elif defined(__aarch64__)
    long first = (long)interrupted->uc_mcontext.regs[0];
    unsigned long long *answer = &interrupted->uc_mcontext.regs[0];
#endif
    if (info->si_syscall == K_NR_landlock_restrict_self) {
        *answer = 0;
    } else if (first == 0) {
        *answer = (__typeof__(*answer))played.version;
    } else {
        *answer = (__typeof__(*answer))real_ruleset((const void *)(uintptr_t)first);
    }
}

#define ARGUMENT(number) (offsetof(struct k_seccomp_data, args) + (number) * 8)

static void play(struct played how)
{
    played = how;
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGSYS, &action, NULL) == 0);
    struct k_sock_filter instructions[] = {
        {K_BPF_LD_W_ABS, 0, 0, offsetof(struct k_seccomp_data, nr)},
        {K_BPF_JMP_JEQ_K, 3, 0, K_NR_landlock_create_ruleset},
        {K_BPF_JMP_JEQ_K, how.restricts ? 0 : 1, 0, K_NR_landlock_restrict_self},
        {K_BPF_RET_K, 0, 0, K_SECCOMP_RET_ALLOW},
        {K_BPF_RET_K, 0, 0, 0x00030000u /* SECCOMP_RET_TRAP */},
        {K_BPF_LD_W_ABS, 0, 0, ARGUMENT(1)},
        {K_BPF_JMP_JEQ_K, 0, 1, sizeof(struct k_landlock_ruleset_attr) + 8},
        {K_BPF_RET_K, 0, 0, K_SECCOMP_RET_ALLOW},
        {K_BPF_RET_K, 0, 0, 0x00030000u},
    };
    struct k_sock_fprog program = {COUNT(instructions), instructions};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(K_PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, &program, 0, 0) == 0);
}

/* --- what a process of its own sees ------------------------------------------------------------------------------ */

static char folder[] = "/tmp/openshell-landlock-XXXXXX";
static char file_path[64];
static char said[8192];

static char usr[] = "/usr";
static char null[] = "/dev/null";
static char *readable[] = {usr, folder};
static char *writable[] = {null};

static struct launch_spec spec_of(bool hard, bool limits_tcp)
{
    return (struct launch_spec){
        .flags = (hard ? LAUNCH_HARD_REQUIREMENT : 0) | (limits_tcp ? LAUNCH_TCP_TO_PROXY_ONLY : 0),
        .read_only = {readable, COUNT(readable)},
        .read_write = {writable, COUNT(writable)},
        .landlock_mode = hard ? LANDLOCK_HARD_REQUIREMENT : LANDLOCK_BEST_EFFORT,
    };
}

/* Runs a body in a child that may mount; its exit code, with what it wrote on standard error in `said`. */
static int apart(void (*body)(const void *), const void *argument)
{
    int pipe_ends[2];
    CHECK(pipe(pipe_ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        namespaces_keep_user();
        if (unshare(CLONE_NEWNS) != 0 || dup2(pipe_ends[1], STDERR_FILENO) < 0) {
            _exit(99);
        }
        body(argument);
        _exit(0);
    }
    (void)close(pipe_ends[1]);
    size_t length = 0;
    for (ssize_t count; (count = read(pipe_ends[0], said + length, sizeof said - 1 - length)) > 0;) {
        length += (size_t)count;
    }
    said[length] = '\0';
    (void)close(pipe_ends[0]);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* True when the report has this text somewhere. */
static bool reports(const struct report *report, const char *text)
{
    return memmem(report->payload.data, report->payload.length, text, strlen(text)) != NULL;
}

static void is_restricted_by(const void *argument)
{
    int abi = *(const int *)argument;
    struct launch_spec spec = spec_of(false, true);
    struct landlock landlock;
    struct report report = {0};
    play((struct played){.version = abi, .restricts = true});
    landlock_prepare(&spec, &landlock, &report);
    CHECK(landlock.ruleset >= 0);
    CHECK_EQUALS(landlock.abi, abi);
    CHECK_EQUALS(landlock.tcp_to_proxy_only, abi >= 4);
    CHECK_EQUALS(reports(&report, "TCP ports are known to Landlock from Linux 6.7"), abi < 4);
    CHECK_EQUALS(landlock_restrict(&landlock), 0);
    CHECK(open("/etc", O_RDONLY | O_DIRECTORY) < 0 && errno == EACCES);
    CHECK(open("/usr", O_RDONLY | O_DIRECTORY) >= 0);
    CHECK(open(file_path, O_WRONLY) < 0 && errno == EACCES);
    bool truncates = truncate(file_path, 0) == 0;
    CHECK_EQUALS(truncates, abi < 3);
}

static void an_older_kernel_restricts_what_it_can(void)
{
    for (int abi = 1; abi <= landlock_probe() && abi <= RIGHTS_NEWEST_ABI; abi++) {
        int code = apart(is_restricted_by, &abi);
        CHECK(code == 0 || (fputs(said, stderr), false));
    }
}

static void is_newer(const void *argument)
{
    (void)argument;
    struct launch_spec spec = spec_of(true, true);
    struct landlock landlock;
    struct report report = {0};
    struct rights newest = rights_of(RIGHTS_NEWEST_ABI);
    struct rights real = rights_of(landlock_probe());
    play((struct played){.version = RIGHTS_NEWEST_ABI + 2,
                         .masked = newest.files & ~real.files,
                         .masked_network = newest.network & ~real.network,
                         .restricts = true});
    spec.read_write.count = 0; /* the rules of a read-write path would have rights that this kernel refuses */
    landlock_prepare(&spec, &landlock, &report);
    CHECK(landlock.ruleset >= 0);
    CHECK_EQUALS(landlock.abi, RIGHTS_NEWEST_ABI);
    CHECK(reports(&report, "ABI 10 (the kernel offers 12)"));
    CHECK_EQUALS(landlock_restrict(&landlock), 0);
}

static void of_a_newer_kernel_the_known_part_is_used_and_the_report_says_so(void)
{
    int code = apart(is_newer, NULL);
    CHECK(code == 0 || (fputs(said, stderr), false));
}

static void goes_on_without(const void *argument)
{
    struct launch_spec spec = spec_of(false, false);
    struct landlock landlock;
    struct report report = {0};
    play((struct played){.version = -*(const int *)argument});
    landlock_prepare(&spec, &landlock, &report);
    CHECK_EQUALS(landlock.ruleset, -1);
    CHECK(report.landlock_unavailable);
    CHECK(reports(&report, "not applied: "));
    CHECK(reports(&report, landlock_absence(*(const int *)argument)));
    CHECK_EQUALS(landlock_restrict(&landlock), 0);
}

static void gives_up(const void *argument)
{
    struct launch_spec spec = spec_of(true, false);
    struct landlock landlock;
    struct report report = {0};
    play((struct played){.version = -*(const int *)argument});
    landlock_prepare(&spec, &landlock, &report);
}

static void without_landlock_the_mode_says_what_happens(void)
{
    static const int reasons[] = {ENOSYS, EOPNOTSUPP, EPERM};
    for (size_t index = 0; index < COUNT(reasons); index++) {
        CHECK_EQUALS(apart(goes_on_without, &reasons[index]), 0);
        CHECK_EQUALS(apart(gives_up, &reasons[index]), 125);
        CHECK(strstr(said, "Landlock unavailable in hard_requirement mode: ") != NULL);
        CHECK(strstr(said, landlock_absence(reasons[index])) != NULL);
    }
}

static void wants_the_limit(const void *argument)
{
    struct launch_spec spec = spec_of(true, true);
    struct landlock landlock;
    struct report report = {0};
    play((struct played){.version = *(const int *)argument, .restricts = true});
    landlock_prepare(&spec, &landlock, &report);
}

static void a_required_limit_of_tcp_needs_a_kernel_that_knows_ports(void)
{
    static const int too_old = 3;
    static const int old_enough = 4;
    CHECK_EQUALS(apart(wants_the_limit, &too_old), 125);
    CHECK(strstr(said, "hard_requirement mode: TCP ports are known to Landlock from Linux 6.7") != NULL);
    CHECK_EQUALS(apart(wants_the_limit, &old_enough), 0);
}

/* A kernel that says yes and does nothing. */
static void is_not_restricted(const void *argument)
{
    (void)argument;
    struct launch_spec spec = spec_of(false, false);
    struct landlock landlock;
    struct report report = {0};
    play((struct played){.version = 1, .restricts = false});
    landlock_prepare(&spec, &landlock, &report);
    CHECK(landlock.ruleset >= 0);
    CHECK_EQUALS(landlock_restrict(&landlock), EPERM);
}

/* The rules for files are in force, those for TCP are missing. */
static void is_half_restricted(const void *argument)
{
    (void)argument;
    struct launch_spec spec = spec_of(false, false);
    struct landlock landlock;
    struct report report = {0};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    landlock_prepare(&spec, &landlock, &report);
    landlock.tcp_to_proxy_only = true;
    CHECK_EQUALS(landlock_restrict(&landlock), EPERM);
}

static void a_restriction_that_does_nothing_is_noticed(void)
{
    CHECK_EQUALS(apart(is_not_restricted, NULL), 0);
    CHECK_EQUALS(apart(is_half_restricted, NULL), 0);
}

int main(void)
{
    each_version_restricts_what_the_kernel_documents_for_it();
    the_three_reasons_for_no_landlock_are_told_apart();
    the_kernel_takes_what_the_table_says_of_its_version();
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(file_path, sizeof file_path, "%s/file", folder);
    int fd = open(file_path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0 && write(fd, "content", 7) == 7 && close(fd) == 0);
    an_older_kernel_restricts_what_it_can();
    of_a_newer_kernel_the_known_part_is_used_and_the_report_says_so();
    without_landlock_the_mode_says_what_happens();
    a_required_limit_of_tcp_needs_a_kernel_that_knows_ports();
    a_restriction_that_does_nothing_is_noticed();
    CHECK(unlink(file_path) == 0 && rmdir(folder) == 0);
    return 0;
}
