#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "privilege.h"
#include "spec.h"
#include "syscalls.h"

#define MAX_LAUNCHERS 4096
#define SELF "/proc/self/exe"

struct launcher {
    pid_t pid; /* 0: free */
    uint32_t id;
};

struct broker {
    struct launcher launchers[MAX_LAUNCHERS];
    struct frame_reader reader;
};

static bool send_frame(enum frame_type type, struct writer *payload)
{
    bool sent = frame_send(STDOUT_FILENO, false, type, payload, NULL, 0);
    wire_release(payload);
    return sent;
}

static bool answer_launched(uint32_t id, pid_t pid, int error)
{
    struct writer payload = {0};
    wire_put_u32(&payload, 1, id);
    wire_put_u32(&payload, 2, (uint32_t)pid);
    wire_put_i32(&payload, 3, error);
    return send_frame(FRAME_LAUNCHED, &payload);
}

/* Standard error stays; the pipe closes itself at exec and carries the errno when exec fails. */
_Noreturn static void become_launcher(char *control_path, int pipe)
{
    static char name[] = "openshell-launcher";
    static char option[] = "--control";
    char *const arguments[] = {name, option, control_path, NULL};
    char *const environment[] = {NULL};
    sigset_t none;
    (void)sigemptyset(&none);
    (void)signal(SIGPIPE, SIG_DFL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (setsid() >= 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
        sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
        (void)execve(SELF, arguments, environment);
    }
    int error = errno;
    (void)!write(pipe, &error, sizeof error);
    _exit(127);
}

/* 0 or an errno. */
static int start(char *control_path, pid_t *pid)
{
    int pipe[2];
    if (pipe2(pipe, O_CLOEXEC) != 0) {
        return errno;
    }
    *pid = fork();
    if (*pid == 0) {
        become_launcher(control_path, pipe[1]);
    }
    int error = *pid < 0 ? errno : 0;
    (void)close(pipe[1]);
    if (error == 0 && read(pipe[0], &error, sizeof error) == (ssize_t)sizeof error) {
        (void)waitpid(*pid, NULL, 0);
    }
    (void)close(pipe[0]);
    return error;
}

static struct launcher *find(struct broker *broker, pid_t pid)
{
    for (size_t index = 0; index < MAX_LAUNCHERS; index++) {
        if (broker->launchers[index].pid == pid) {
            return &broker->launchers[index];
        }
    }
    return NULL;
}

static bool on_start(struct broker *broker, struct frame *frame, struct problem *problem)
{
    struct start_spec spec;
    if (frame->type != FRAME_START || !spec_decode_start(frame->payload, &spec, problem)) {
        (void)fprintf(stderr, "openshell-launcher: broker: frame %u: %s\n", frame->type, problem->text);
        return false;
    }
    struct launcher *free_slot = find(broker, 0);
    if (free_slot == NULL) {
        return answer_launched(spec.id, 0, EAGAIN);
    }
    pid_t pid = 0;
    int error = start(spec.control_path, &pid);
    if (error != 0) {
        return answer_launched(spec.id, 0, error);
    }
    *free_slot = (struct launcher){pid, spec.id};
    return answer_launched(spec.id, pid, 0);
}

static bool reap(struct broker *broker, int children)
{
    struct signalfd_siginfo info;
    while (read(children, &info, sizeof info) > 0) {
    }
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        struct launcher *launcher = find(broker, pid);
        if (launcher == NULL) {
            continue;
        }
        struct writer payload = {0};
        wire_put_u32(&payload, 1, launcher->id);
        wire_put_i32(&payload, 2, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
        wire_put_i32(&payload, 3, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        launcher->pid = 0;
        if (!send_frame(FRAME_ENDED, &payload)) {
            return false;
        }
    }
    return true;
}

/* True to go on. */
static bool serve(struct broker *broker)
{
    struct frame frame;
    struct problem problem = {""};
    switch (frame_read(&broker->reader, &frame, &problem)) {
    case READ_LATER:
        return true;
    case READ_END:
        return false;
    case READ_BROKEN:
        (void)fprintf(stderr, "openshell-launcher: broker: %s\n", problem.text);
        return false;
    case READ_FRAME:
        break;
    }
    bool served = on_start(broker, &frame, &problem);
    frame_release(&frame);
    return served;
}

int broker_run(void)
{
    static struct broker broker;
    broker.reader = (struct frame_reader){.fd = STDIN_FILENO, .is_socket = false};
    (void)signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGCHLD);
    /* In a session of its own, what is typed at the supervisor's terminal is not for it. */
    bool apart = (setsid() >= 0 || getsid(0) == getpid()) && sigprocmask(SIG_BLOCK, &signals, NULL) == 0;
    int children = apart ? signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK) : -1;
    /* What the JVM had open is nothing to the launchers. */
    if (children < 0 || sys_close_range((unsigned)children + 1, UINT_MAX, 0) != 0 ||
        privilege_forbid_core_dumps() != 0) {
        perror("openshell-launcher: broker");
        return EXIT_FAILURE;
    }
    for (;;) {
        struct pollfd polled[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = children, .events = POLLIN}};
        if (poll(polled, 2, -1) < 0 && errno != EINTR) {
            perror("openshell-launcher: broker");
            return EXIT_FAILURE;
        }
        if (polled[1].revents != 0 && !reap(&broker, children)) {
            return EXIT_FAILURE;
        }
        if (polled[0].revents != 0 && !serve(&broker)) {
            return EXIT_SUCCESS;
        }
    }
}
