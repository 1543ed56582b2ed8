#include "outer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "init.h"
#include "landlock.h"
#include "namespaces.h"

#define SIGNAL_EXIT_BASE 128

static void say_hello(int control)
{
    struct utsname system;
    must(uname(&system), "control", "uname", "");
    struct writer payload = {0};
    wire_put_u32(&payload, 1, CONTROL_VERSION);
    wire_put_u32(&payload, 2, (uint32_t)landlock_probe());
    wire_put_text(&payload, 3, system.release);
    must(frame_send(control, true, FRAME_HELLO, &payload, NULL, 0) ? 0 : -1, "control", "HELLO", "");
    wire_release(&payload);
}

/* The payload stays for as long as the spec points into it: for good. */
static void receive_launch(int control, struct launch_spec *spec)
{
    struct frame_reader reader = {.fd = control, .is_socket = true};
    struct frame frame;
    struct problem problem = {""};
    switch (frame_read(&reader, &frame, &problem)) {
    case READ_END:
        _exit(EXIT_LAUNCHER_FAILED); /* the supervisor thought better of it */
    case READ_FRAME:
        break;
    default:
        die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
    if (frame.type != FRAME_LAUNCH || frame.descriptor_count != 0) {
        die("control", "first frame", EPROTO, "the supervisor must send LAUNCH first, without descriptors");
    }
    if (!spec_decode_launch(frame.payload, spec, &problem)) {
        die("launch", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
}

/* Waits for init and ends as it ended. */
_Noreturn static void follow(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            _exit(EXIT_LAUNCHER_FAILED);
        }
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_EXIT_BASE + WTERMSIG(status));
}

_Noreturn void outer_run(const char *control_path)
{
    static struct launch_spec spec;
    static struct report report;
    int control = control_connect(control_path);
    must(control, "control", control_path, "the supervisor's socket must exist");
    die_reports_to(control);
    (void)signal(SIGPIPE, SIG_IGN);
    say_hello(control);
    receive_launch(control, &spec);

    struct init init = {.control = control, .spec = &spec, .report = &report};
    init.user_namespace = namespaces_become_user(&spec, &report);
    namespaces_unshare(&report);
    init.workdir = plan_workdir(&spec, init.user_namespace, &report);
    namespaces_unshare_pid();

    int alive[2];
    must(pipe2(alive, O_CLOEXEC), "init", "pipe", "");
    pid_t child = fork();
    must(child, "init", "fork", "the limit on processes may be reached");
    if (child == 0) {
        (void)close(alive[1]);
        init.outer = alive[0];
        init_run(&init);
    }
    /* Only init talks to the supervisor from here on. */
    (void)close(control);
    (void)close(alive[0]);
    die_reports_to(-1);
    follow(child);
}
