#include "outer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contained.h"
#include "die.h"
#include "init.h"
#include "look.h"
#include "namespaces.h"
#include "privilege.h"
#include "root.h"

#define SIGNAL_EXIT_BASE 128
#define DOOR_DESCRIPTORS 2

/* True when the frame was a question about the image, and is answered. */
static bool answer_look(int control, struct frame *frame)
{
    struct problem problem = {""};
    struct writer answer = {0};
    if (frame->type != FRAME_LOOK || frame->descriptor_count > 0) {
        return false;
    }
    if (!look_answer(frame->payload, &answer, &problem)) {
        die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
    must(frame_send(control, true, FRAME_SEEN, &answer, NULL, 0) ? 0 : -1, "control", "SEEN", "");
    wire_release(&answer);
    frame_release(frame);
    return true;
}

static void read_frame(struct frame_reader *reader, struct frame *frame)
{
    struct problem problem = {""};
    switch (frame_read(reader, frame, &problem)) {
    case READ_END:
        _exit(EXIT_LAUNCHER_FAILED); /* the supervisor thought better of it */
    case READ_FRAME:
        return;
    case READ_LATER: /* the socket blocks */
    case READ_BROKEN:
        die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
}

/* The payload stays for as long as the spec points into it: for good. */
static void receive_launch(int control, struct launch_spec *spec, struct resume_door *door)
{
    struct frame_reader reader = {.fd = control, .is_socket = true};
    struct frame frame;
    struct problem problem = {""};
    do {
        read_frame(&reader, &frame);
    } while (answer_look(control, &frame));
    bool returns = frame.descriptor_count == DOOR_DESCRIPTORS;
    if (frame.type != FRAME_LAUNCH || (frame.descriptor_count != 0 && !returns)) {
        die("control", "first frame", EPROTO, "the supervisor must send LAUNCH first, or LOOK, with two descriptors or none");
    }
    if (!spec_decode_launch(frame.payload, spec, &problem)) {
        die("launch", problem.text, EPROTO, "the supervisor does not keep to the protocol");
    }
    if (returns && (spec->flags & LAUNCH_OUTLIVES_SUPERVISOR) == 0) {
        die("launch", "descriptors", EPROTO, "descriptors come only with bit 1 of flags");
    }
    door->listener = returns ? frame.descriptors[0] : -1;
    door->home = returns ? frame.descriptors[1] : -1;
}

/* The outer process may already be gone when the death signal is set, so its pipe is asked as well. */
void outer_tie(int outer)
{
    must(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "init", "PR_SET_PDEATHSIG", "");
    struct pollfd alive = {.fd = outer, .events = POLLIN};
    if (poll(&alive, 1, 0) != 0) {
        _exit(EXIT_LAUNCHER_FAILED);
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
    must(resume_say_hello(control) ? 0 : -1, "control", "HELLO", "");
    struct resume_door door;
    receive_launch(control, &spec, &door);

    struct init init = {
        .control = control, .outer = -1, .workdir = {-1, -1}, .spec = &spec, .report = &report};
    spec.control_path = control_path;
    resume_prepare(&init.resume, &door);
    if (spec_is_contained(&spec)) {
        contained_verify(&report);
        init_run(&init);
    }
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
    resume_close_door(&door);
    (void)close(alive[0]);
    root_close_workdir(&init.workdir);
    die_reports_to(-1);
    int error = privilege_drop_all();
    if (error != 0) {
        die("outer", "privileges", error, "");
    }
    follow(child);
}
