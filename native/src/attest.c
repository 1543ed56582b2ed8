#include "attest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"
#include "attest_calls.h"
#include "die.h"

#define DEADLINE_MILLISECONDS 5000
#define SUBJECT_SIZE 16384
#define TEXT_SIZE 160
#define MAX_OUTCOMES 512
#define LANDLOCK_ABI_OF_UDP 10

static const char hint_enforcement[] =
    "what the sandbox declares is not what holds here, so it was not started; run the doctor command";
static const char hint_defect[] = "the attestation did not come to its end; a defect of the launcher";

/* One record of the probe's pipe: a step of the confinement or, after those, an attempt. */
struct outcome {
    int32_t number;
    int32_t value;
};

/* The answers of the probe, as they come in. */
struct answers {
    struct outcome records[SPAWN_EXEC + MAX_OUTCOMES];
    size_t length; /* bytes */
};

struct text {
    char text[TEXT_SIZE];
};

static size_t total_attempts(void)
{
    return attempt_count + attest_call_count();
}

/* Why an attempt says nothing about this sandbox; NULL when it does. */
static const char *why_not(const struct scene *scene, const struct attempt *attempt)
{
    bool needs_landlock = attempt->need >= NEEDS_LANDLOCK;
    if (needs_landlock && scene->landlock_abi == 0) {
        return "Landlock is not applied";
    }
    if (needs_landlock && scene->landlock_abi < attempt->abi) {
        return "the kernel's Landlock does not have this yet";
    }
    switch (attempt->need) {
    case NEEDS_ROOT:
        return scene->user_namespace ? "the sandbox was not started as root" : NULL;
    case NEEDS_USER_NAMESPACE:
        return scene->user_namespace ? NULL : "the sandbox was started as root";
    case NEEDS_ANOTHER_ARCHITECTURE:
        return "this architecture does not have the call";
    case NEEDS_OWN_NAMESPACES:
        return scene->contained ? "the container's root is the image's, and it has one network namespace" : NULL;
    case NEEDS_CONTAINER:
        return scene->contained ? NULL : "the socket lies outside the sandbox";
    case NEEDS_IMAGE:
        return scene->contained ? NULL : "the root is the launcher's";
    case NEEDS_IPV6:
        return scene->has_ipv6 ? NULL : "the kernel has no IPv6";
    case NEEDS_ANY_TCP:
        return scene->tcp_to_proxy_only ? "TCP is limited to the proxy" : NULL;
    case NEEDS_ANY_UDP:
        return scene->tcp_to_proxy_only && scene->landlock_abi >= LANDLOCK_ABI_OF_UDP ? "Landlock refuses all UDP" : NULL;
    case NEEDS_TCP_LIMIT:
        return scene->tcp_to_proxy_only ? NULL : "TCP is not limited to the proxy";
    case NEEDS_OUTSIDE:
        return scene->outside[0] != '\0' ? NULL : "the policy declares every directory";
    case NEEDS_READ_ONLY:
        return scene->read_only[0] != '\0' ? NULL : "the policy declares no read-only directory with one in it";
    case NEEDS_DEVICE:
        return scene->device[0] != '\0' ? NULL : "the policy makes every device read-write";
    case NEEDS_NOTHING:
    case NEEDS_LANDLOCK:
        break;
    }
    return NULL;
}

/* A test build (make faulty) has the probe end or stop halfway. */
#if defined(PROBE_FAULT)
#define AT_HALF(index)                                                                                                 \
    if ((index) == attempt_count / 2) {                                                                                \
        PROBE_FAULT;                                                                                                   \
    }
#else
#define AT_HALF(index)
#endif

/* In the probe: tries everything that applies, in the order of the table, and says what came of each. */
static void probe(const struct scene *scene, int status)
{
    for (size_t index = 0; index < total_attempts(); index++) {
        struct outcome outcome = {(int32_t)index, 0};
        AT_HALF(index)
        if (index >= attempt_count) {
            outcome.value = attest_call(index - attempt_count);
        } else if (why_not(scene, &attempts[index]) == NULL) {
            outcome.value = attempts[index].make(scene);
        }
        if (write(status, &outcome, sizeof outcome) != (ssize_t)sizeof outcome) {
            _exit(EXIT_LAUNCHER_FAILED);
        }
    }
}

/* Reads until the pipe ends, is full of more than was asked for, or the time is up (ETIMEDOUT). 0 or an errno. */
static int read_answers(int status, struct bypass *bypass, struct answers *answers)
{
    uint64_t end = scene_microseconds() + DEADLINE_MILLISECONDS * 1000ull;
    while (answers->length < sizeof answers->records) {
        uint64_t now = scene_microseconds();
        struct pollfd polled[] = {{.fd = status, .events = POLLIN}, {.fd = bypass->listener, .events = POLLIN}};
        int ready = now >= end ? 0 : poll(polled, 2, (int)((end - now) / 1000) + 1);
        if (ready == 0) {
            return ETIMEDOUT;
        }
        /* The probe's connects wait for an answer as the agent's do. */
        if ((polled[1].revents & POLLIN) != 0) {
            bypass_pass(bypass);
        }
        ssize_t count =
            read(status, (uint8_t *)answers->records + answers->length, sizeof answers->records - answers->length);
        if (count == 0) {
            return 0;
        }
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return errno;
        }
        answers->length += count > 0 ? (size_t)count : 0;
    }
    return EOVERFLOW;
}

/* Whatever is wrong with the probe itself, rather than with what it found. */
static void expect_whole(const struct answers *answers, int error, int exit_status)
{
    size_t count = answers->length / sizeof answers->records[0];
    for (size_t index = 0; index < count && index < SPAWN_EXEC; index++) {
        if (answers->records[index].value != 0) {
            die("attestation", spawn_step_name(answers->records[index].number), answers->records[index].value,
                hint_enforcement);
        }
    }
    char subject[TEXT_SIZE];
    (void)snprintf(subject, sizeof subject, "probe: %zu of %zu answers, exit status 0x%x", count,
                   SPAWN_EXEC + total_attempts(), (unsigned)exit_status);
    if (error != 0 || exit_status != 0 || count != SPAWN_EXEC + total_attempts()) {
        die("attestation", subject, error, hint_defect);
    }
    for (size_t index = 0; index < count; index++) {
        size_t expected = index < SPAWN_EXEC ? index : index - SPAWN_EXEC;
        if (answers->records[index].number != (int32_t)expected) {
            die("attestation", subject, EPROTO, hint_defect);
        }
    }
}

static const char *error_name(int error)
{
    static const struct {
        int error;
        const char *name;
    } names[] = {
        {EPERM, "EPERM"},     {ENOENT, "ENOENT"},   {ESRCH, "ESRCH"},     {EBADF, "EBADF"},
        {EACCES, "EACCES"},   {EFAULT, "EFAULT"},   {EBUSY, "EBUSY"},     {EXDEV, "EXDEV"},
        {ENODEV, "ENODEV"},   {EINVAL, "EINVAL"},   {ENOTTY, "ENOTTY"},   {EROFS, "EROFS"},
        {ENOSYS, "ENOSYS"},   {E2BIG, "E2BIG"},     {EIO, "EIO"},         {EAFNOSUPPORT, "EAFNOSUPPORT"},
        {EEXIST, "EEXIST"},   {ENODATA, "ENODATA"}, {ENOEXEC, "ENOEXEC"}, {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
        {EAGAIN, "EAGAIN"},   {ENOMEM, "ENOMEM"},   {ENETUNREACH, "ENETUNREACH"},
        {ENOSPC, "ENOSPC"},   {EMFILE, "EMFILE"},   {EIDRM, "EIDRM"},     {ECONNREFUSED, "ECONNREFUSED"},
        {EPROTONOSUPPORT, "EPROTONOSUPPORT"},       {ETIMEDOUT, "ETIMEDOUT"},
        {EOPNOTSUPP, "EOPNOTSUPP"},                 {ENOPROTOOPT, "ENOPROTOOPT"},
        {EHOSTUNREACH, "EHOSTUNREACH"},             {ENETDOWN, "ENETDOWN"},
    };
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        if (names[index].error == error) {
            return names[index].name;
        }
    }
    return NULL;
}

static const char *signal_name(int number)
{
    switch (number) {
    case SIGSYS:
        return "SIGSYS";
    case SIGSEGV:
        return "SIGSEGV";
    case SIGABRT:
        return "SIGABRT";
    case SIGKILL:
        return "SIGKILL";
    default:
        return "a signal";
    }
}

static struct text describe(enum meaning meaning, int outcome)
{
    struct text text;
    if (outcome == 0) {
        static const char *const names[] = {
            [MEANS_REFUSED] = "happened", [MEANS_WORKS] = "works", [MEANS_HOLDS] = "holds"};
        (void)snprintf(text.text, sizeof text.text, "%s", names[meaning]);
    } else if (outcome < 0) {
        const char *name = signal_name(-outcome);
        (void)snprintf(text.text, sizeof text.text, "killed by %s", name);
    } else if (meaning == MEANS_HOLDS) {
        (void)snprintf(text.text, sizeof text.text, "does not hold");
    } else if (error_name(outcome) != NULL) {
        (void)snprintf(text.text, sizeof text.text, "%s", error_name(outcome));
    } else {
        (void)snprintf(text.text, sizeof text.text, "errno %d", outcome);
    }
    return text;
}

/* The attempts that came out otherwise, for FAILED: as many as fit, and how many there are. */
struct verdict {
    char subject[SUBJECT_SIZE];
    size_t length;
    size_t wrong;
    size_t told;
};

static void add_wrong(struct verdict *verdict, const char *name, const char *expected, const char *came)
{
    verdict->wrong++;
    size_t room = sizeof verdict->subject - verdict->length;
    int length = snprintf(verdict->subject + verdict->length, room, "%s%s: %s (expected: %s)",
                          verdict->length > 0 ? "; " : "", name, came, expected);
    if (length > 0 && (size_t)length < room) {
        verdict->length += (size_t)length;
        verdict->told++;
    } else {
        verdict->subject[verdict->length] = '\0';
    }
}

static void conclude(const struct verdict *verdict)
{
    if (verdict->wrong == 0) {
        return;
    }
    static char subject[SUBJECT_SIZE + TEXT_SIZE];
    (void)snprintf(subject, sizeof subject, "%s", verdict->subject);
    if (verdict->told < verdict->wrong) {
        (void)snprintf(subject, sizeof subject, "%s; and %zu more", verdict->subject, verdict->wrong - verdict->told);
    }
    die("attestation", subject, 0, hint_enforcement);
}

/* "EPERM from seccomp", "works" */
static struct text describe_expectation(const struct attempt *attempt)
{
    struct text text = describe(attempt->meaning, attempt->expected);
    if (attempt->also != 0) {
        struct text first = text;
        (void)snprintf(text.text, sizeof text.text, "%.30s or %.30s", first.text,
                       describe(attempt->meaning, attempt->also).text);
    }
    if (attempt->by != NULL) {
        struct text answer = text;
        (void)snprintf(text.text, sizeof text.text, "%.64s from %.80s", answer.text, attempt->by);
    }
    return text;
}

static void judge(struct verdict *verdict, struct report *report, const struct attempt *attempt, int came)
{
    struct text expected = describe_expectation(attempt);
    struct text outcome = describe(attempt->meaning, came);
    if (came == attempt->expected || (attempt->also != 0 && came == attempt->also)) {
        report_attempt(report, attempt->name, expected.text, outcome.text, ATTEMPT_AS_EXPECTED);
    } else {
        add_wrong(verdict, attempt->name, expected.text, outcome.text);
    }
}

static void judge_all(const struct scene *scene, const struct answers *answers, struct report *report)
{
    static struct verdict verdict;
    for (size_t index = 0; index < total_attempts(); index++) {
        char name[ATTEST_CALL_NAME_SIZE];
        struct attempt attempt =
            index < attempt_count ? attempts[index] : attest_call_attempt(index - attempt_count, name);
        const char *reason = why_not(scene, &attempt);
        if (reason == NULL) {
            judge(&verdict, report, &attempt, answers->records[SPAWN_EXEC + index].value);
        } else {
            report_attempt(report, attempt.name, describe_expectation(&attempt).text, reason, ATTEMPT_NOT_APPLICABLE);
        }
    }
    conclude(&verdict);
}

/* The probe's connection to the gate must not be the first that the supervisor accepts. */
static void take_connection(const struct scene *scene)
{
    struct pollfd polled = {.fd = scene->network->listener, .events = POLLIN};
    int connection = poll(&polled, 1, DEADLINE_MILLISECONDS) == 1 ? accept(polled.fd, NULL, NULL) : -1;
    must(connection, "attestation", "the probe's connection to the gate", hint_defect);
    (void)close(connection);
}

void attest(struct scene *scene, struct confinement *confinement, struct bypass *bypass, struct report *report)
{
    static struct answers answers;
    const struct probe runs = {.run = probe, .scene = scene};
    struct spawned spawned;
    const char *failed = "";
    int error = spawn_probe(confinement, &runs, scene->null, &spawned, &failed);
    if (error != 0) {
        die("attestation", failed, error, hint_defect);
    }
    error = read_answers(spawned.status, bypass, &answers);
    if (error != 0) {
        /* Whatever the probe has started goes with it. */
        (void)kill(-1, SIGKILL);
    }
    int exit_status = -1;
    must(waitpid(spawned.pid, &exit_status, 0), "attestation", "probe", hint_defect);
    (void)close(spawned.status);
    expect_whole(&answers, error, exit_status);
    judge_all(scene, &answers, report);
    take_connection(scene);
    scene_remove(scene);
    if (waitpid(-1, NULL, WNOHANG) >= 0) {
        die("attestation", "the probe left a process behind", 0, hint_defect);
    }
    report->attestation_microseconds = (uint32_t)(scene_microseconds() - scene->started);
}
