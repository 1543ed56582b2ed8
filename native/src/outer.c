#include "outer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "init.h"
#include "namespaces.h"
#include "privilege.h"
#include "root.h"

#define SIGNAL_EXIT_BASE 128

/* The payload stays for as long as the spec points into it: for good. The descriptor is -1 if none came. */
static void receive_launch(int control, struct launch_spec *spec, int *returning)
{
    struct frame_reader reader = {.fd = control, .is_socket = true};
    struct frame frame;
    struct problem problem = {""};
    switch (frame_read(&reader, &frame, &problem)) {
    case READ_END:
        _exit(EXIT_LAUNCHER_FAILED); /* the supervisor thought better of it */
    case READ_FRAME:
        break;
    case READ_LATER: /* the socket blocks */
    case READ_BROKEN:
        die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
    if (frame.type != FRAME_LAUNCH || frame.descriptor_count > 1) {
        die("control", "first frame", EPROTO, "the supervisor must send LAUNCH first, with at most one descriptor");
    }
    if (!spec_decode_launch(frame.payload, spec, &problem)) {
        die("launch", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
    if (frame.descriptor_count == 1 && (spec->flags & LAUNCH_OUTLIVES_SUPERVISOR) == 0) {
        die("launch", "descriptors", EPROTO, "a descriptor comes only with bit 1 of flags");
    }
    *returning = frame.descriptor_count == 1 ? frame.descriptors[0] : -1;
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
    must(resume_say_hello(control) ? 0 : -1, "control", "HELLO", "");
    int returning;
    receive_launch(control, &spec, &returning);

    struct init init = {.control = control, .spec = &spec, .report = &report};
    resume_prepare(&init.resume, returning);
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
    if (returning >= 0) {
        (void)close(returning);
    }
    (void)close(alive[0]);
    root_close_workdir(&init.workdir);
    die_reports_to(-1);
    int error = privilege_drop_all();
    if (error != 0) {
        die("outer", "privileges", error, "");
    }
    follow(child);
}
