#include "resume.h"

#include <errno.h>
#include <stddef.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "abi.h"
#include "die.h"
#include "landlock.h"
#include "monotonic.h"

#define CANDIDATE_MILLISECONDS 5000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Why somebody was turned away: field 1 of REFUSED. */
enum refusal {
    REFUSED_NOTHING = 0,
    REFUSED_SUPERVISED = 1,
    REFUSED_OTHER_USER = 2,
    REFUSED_NOT_KEPT = 3,
    REFUSED_NOT_AT_HOME = 4,
    REFUSED_VERSION = 5,
    REFUSED_PROTOCOL = 6,
};

static int64_t now_milliseconds(void)
{
    return (int64_t)(monotonic_nanoseconds() / 1000000);
}

static void require_listener(int fd)
{
    static const char subject[] = "socket for a resumed supervisor";
    static const char hint[] = "descriptor 1 of LAUNCH must be a listening socket";
    int listens = 0;
    socklen_t size = sizeof listens;
    must(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size), "launch", subject, hint);
    if (listens != 1) {
        die("launch", subject, EINVAL, hint);
    }
}

static void require_pid_namespace(int fd)
{
    static const char subject[] = "pid namespace of supervisors";
    static const char hint[] = "descriptor 2 of LAUNCH must be the supervisor's /proc/self/ns/pid";
    int type = ioctl(fd, K_NS_GET_NSTYPE);
    must(type, "launch", subject, hint);
    if (type != CLONE_NEWPID) {
        die("launch", subject, EINVAL, hint);
    }
}

/*
 * The namespace comes from the supervisor, for from inside a container it cannot be seen. It is kept open: the number of one
 * that has ended would be given to the next one.
 */
void resume_prepare(struct resume *resume, const struct resume_door *door)
{
    struct stat home;
    *resume = (struct resume){.listener = door->listener, .candidate = -1};
    if (door->listener < 0) {
        return;
    }
    require_listener(door->listener);
    require_pid_namespace(door->home);
    must(fcntl(door->listener, F_SETFL, O_NONBLOCK), "launch", "O_NONBLOCK", "");
    must(fstat(door->home, &home), "launch", "pid namespace of supervisors", "");
    resume->home_device = home.st_dev;
    resume->home_inode = home.st_ino;
}

void resume_close_door(const struct resume_door *door)
{
    if (door->listener >= 0) {
        (void)close(door->listener);
        (void)close(door->home);
    }
}

static void forget(struct bytes *bytes)
{
    if (bytes->data != NULL) {
        explicit_bzero(bytes->data, bytes->length);
        free(bytes->data);
    }
    *bytes = (struct bytes){0};
}

bool resume_keep(struct resume *resume, struct frame *frame, struct problem *problem)
{
    struct keep {
        uint32_t supervisor;
        struct bytes state;
    } keep = {0};
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct keep, supervisor), NULL},
        {2, FIELD_BYTES, true, offsetof(struct keep, state), NULL},
    };
    bool understood = wire_decode(frame->payload, rules, COUNT(rules), &keep, problem);
    if (understood && (keep.supervisor == 0 || keep.state.length == 0 || keep.state.length > RESUME_MAX_STATE)) {
        (void)snprintf(problem->text, sizeof problem->text,
                       "KEEP: process %u, %zu bytes (expected: not 0, and at most 1 MiB)", keep.supervisor,
                       keep.state.length);
        understood = false;
    }
    if (!understood) {
        explicit_bzero(frame->payload.data, frame->payload.length);
        return false;
    }
    forget(&resume->keep);
    resume->keep = frame->payload;
    resume->state = keep.state;
    resume->supervisor = keep.supervisor;
    frame->payload = (struct bytes){0};
    return true;
}

int resume_polled(const struct resume *resume)
{
    return resume->candidate >= 0 ? resume->candidate : resume->listener;
}

int resume_timeout(const struct resume *resume)
{
    if (resume->candidate < 0) {
        return -1;
    }
    int64_t left = resume->deadline - now_milliseconds();
    return left < 0 ? 0 : (int)left;
}

static void drop_candidate(struct resume *resume)
{
    frame_reader_reset(&resume->reader);
    (void)close(resume->candidate);
    resume->candidate = -1;
}

void resume_expire(struct resume *resume)
{
    if (resume->candidate >= 0 && now_milliseconds() >= resume->deadline) {
        drop_candidate(resume);
    }
}

/* Says why, if the other side still listens, and nothing more. The socket is new, so its buffer takes it at once. */
static void refuse(const struct resume *resume, int fd, enum refusal why, const char *text)
{
    struct writer payload = {0};
    wire_put_u32(&payload, 1, why);
    wire_put_text(&payload, 2, text);
    wire_put_u32(&payload, 3, why == REFUSED_SUPERVISED ? resume->supervisor : 0);
    (void)frame_send(fd, true, FRAME_REFUSED, &payload, NULL, 0);
    wire_release(&payload);
}

bool resume_say_hello(int control)
{
    struct utsname system;
    must(uname(&system), "control", "uname", "");
    struct writer payload = {0};
    wire_put_u32(&payload, 1, CONTROL_VERSION);
    wire_put_u32(&payload, 2, (uint32_t)landlock_probe());
    wire_put_text(&payload, 3, system.release);
    bool sent = frame_send(control, true, FRAME_HELLO, &payload, NULL, 0);
    wire_release(&payload);
    return sent;
}

/*
 * In a user namespace the owner appears as the sandbox's own uid, which is also ours, and everybody else, root of the
 * host included, as the overflow uid: whoever is not us is nobody. A process that has a number here lives in here, and
 * is no supervisor whatever it shows.
 */
static enum refusal refusal_of(int fd)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != geteuid()) {
        return REFUSED_OTHER_USER;
    }
    return peer.pid == 0 ? REFUSED_NOTHING : REFUSED_NOT_AT_HOME;
}

static void greet(struct resume *resume, bool supervised)
{
    int fd = accept4(resume->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        /* Gone again, or no descriptors left: whoever waits in the backlog is looked at later. */
        return;
    }
    enum refusal refusal = refusal_of(fd);
    if (refusal == REFUSED_OTHER_USER) {
        refuse(resume, fd, refusal, "user: not the sandbox's owner");
    } else if (refusal != REFUSED_NOTHING) {
        refuse(resume, fd, refusal, "process: one of the sandbox");
    } else if (supervised) {
        refuse(resume, fd, REFUSED_SUPERVISED, "supervisor: alive");
    } else if (resume->state.data == NULL) {
        refuse(resume, fd, REFUSED_NOT_KEPT, "state: the supervisor left none");
    } else if (resume_say_hello(fd)) {
        resume->candidate = fd;
        resume->reader = (struct frame_reader){.fd = fd, .is_socket = true};
        resume->deadline = now_milliseconds() + CANDIDATE_MILLISECONDS;
        return;
    }
    (void)close(fd);
}

/*
 * An agent of some sandbox may be the same user, and may reach the socket if a policy shows it its directory, and so may
 * root of another container. It cannot have a descriptor of the namespace that supervisors live in: its own /proc shows
 * none of its processes, and NS_GET_PARENT does not lead out of the namespace of who asks.
 */
static bool is_at_home(const struct resume *resume, int namespace)
{
    struct stat shown;
    return fstat(namespace, &shown) == 0 && shown.st_dev == resume->home_device && shown.st_ino == resume->home_inode;
}

/* True when the frame is a RESUME of somebody who may. */
static bool admit(const struct resume *resume, const struct frame *frame)
{
    static const struct field_rule rules[] = {{1, FIELD_U32, true, 0, NULL}};
    struct problem problem = {""};
    uint32_t version = 0;
    int fd = resume->candidate;
    if (frame->type != FRAME_RESUME || frame->descriptor_count != 1 ||
        !wire_decode(frame->payload, rules, COUNT(rules), &version, &problem)) {
        refuse(resume, fd, REFUSED_PROTOCOL, "frame: not a RESUME");
        return false;
    }
    if (version != CONTROL_VERSION) {
        refuse(resume, fd, REFUSED_VERSION, "protocol: of another release");
        return false;
    }
    if (!is_at_home(resume, frame->descriptors[0])) {
        refuse(resume, fd, REFUSED_NOT_AT_HOME, "pid namespace: not the one that the sandbox was started from");
        return false;
    }
    return true;
}

static int hear(struct resume *resume)
{
    struct frame frame;
    struct problem problem = {""};
    switch (frame_read(&resume->reader, &frame, &problem)) {
    case READ_LATER:
        return -1;
    case READ_END:
    case READ_BROKEN:
        drop_candidate(resume);
        return -1;
    case READ_FRAME:
        break;
    }
    bool admitted = admit(resume, &frame);
    frame_release(&frame);
    if (!admitted) {
        drop_candidate(resume);
        return -1;
    }
    int supervisor = resume->candidate;
    resume->candidate = -1;
    return supervisor;
}

int resume_progress(struct resume *resume, bool supervised)
{
    if (resume->candidate >= 0) {
        return hear(resume);
    }
    greet(resume, supervised);
    return -1;
}

void resume_put_state(const struct resume *resume, struct writer *payload)
{
    wire_put_bytes(payload, 20, resume->state.data, resume->state.length);
}
