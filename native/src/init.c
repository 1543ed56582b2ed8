#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest.h"
#include "bypass.h"
#include "contained.h"
#include "die.h"
#include "identity.h"
#include "landlock.h"
#include "namespaces.h"
#include "network.h"
#include "outer.h"
#include "privilege.h"
#include "root.h"
#include "spawns.h"

/* Everything the serving loop works with. */
struct service {
    struct init *init;
    struct network network;
    struct confinement confinement;
    struct spawns spawns;
    struct bypass bypass;
    struct frame_reader reader;
    struct writer ready; /* what READY said; a supervisor that comes back is told again */
    int children; /* signalfd for SIGCHLD */
    bool supervised;
};

static void succeed(int error, const char *step, const char *subject)
{
    if (error != 0) {
        die(step, subject, error, hint_privileges);
    }
}

/* The namespaces and the root: ours, or the container's. */
static void make_surroundings(struct service *service)
{
    struct init *init = service->init;
    if (spec_is_contained(init->spec)) {
        network_adopt(&service->network, init->report);
        contained_prepare(init->spec, init->report);
        return;
    }
    outer_tie(init->outer);
    network_create(&service->network, init->report);
    root_build(init->spec, &init->workdir, init->user_namespace, init->report);
    root_close_workdir(&init->workdir);
    namespaces_name(init->spec, init->report);
}

static void prepare_confinement(struct service *service)
{
    struct init *init = service->init;
    struct confinement *confinement = &service->confinement;
    landlock_prepare(init->spec, &confinement->landlock, init->report);
    confinement->contained = spec_is_contained(init->spec);
    confinement->agent_namespace = service->network.agent_namespace;
    confinement->uid = init->spec->uid;
    confinement->gid = init->spec->gid;
    confinement->user_namespace = init->user_namespace;
    if (!seccomp_compile(&confinement->program, SECCOMP_OWN_ARCHITECTURE)) {
        die("seccomp", "program", EOVERFLOW, "the filter does not fit; a defect of the launcher");
    }
    report_step(init->report, "seccomp", "%u instructions for %zu rules", confinement->program.length,
                seccomp_refusal_count);
}

static void watch_children(struct service *service)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGCHLD);
    must(sigprocmask(SIG_BLOCK, &signals, NULL), "init", "signals", "");
    service->children = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    must(service->children, "init", "signalfd", "");
}

static void send_ready(struct service *service)
{
    struct report *report = service->init->report;
    struct writer *payload = &service->ready;
    wire_put_u32(payload, 1, report->landlock_abi);
    wire_put_u32(payload, 2, report->read_only_rules);
    wire_put_u32(payload, 3, report->read_write_rules);
    wire_put_fields(payload, &report->payload);
    wire_put_u8(payload, 12, report->landlock_unavailable);
    wire_put_u32(payload, 14, report->attestation_microseconds);
    if (report->bypass_error != 0) {
        wire_put_text(payload, 15, strerror(report->bypass_error));
    }
    wire_put_text(payload, 16, LAUNCHER_VERSION);
    must(frame_send(service->init->control, true, FRAME_READY, payload, &service->network.listener, 1) ? 0 : -1,
         "control", "READY", "the control socket failed");
    wire_release(&report->payload);
    if (service->init->resume.listener < 0) {
        wire_release(payload);
    }
}

/* Sends an answer, with a descriptor unless it is -1; the descriptor is closed here. */
static void answer(const struct service *service, enum frame_type type, struct writer *payload, int descriptor)
{
    bool sent = frame_send(service->init->control, true, type, payload, &descriptor, descriptor >= 0 ? 1 : 0);
    if (!sent && errno != EPIPE && errno != ECONNRESET) {
        die("control", "send", errno, "the control socket failed");
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    wire_release(payload);
}

static bool on_signal(struct service *service, struct frame *frame, struct problem *problem)
{
    struct signal_spec spec;
    if (!spec_decode_signal(frame->payload, &spec, problem)) {
        return false;
    }
    (void)spawns_signal(&service->spawns, &spec);
    return true;
}

static bool on_resize(struct service *service, struct frame *frame, struct problem *problem)
{
    struct resize_spec spec;
    if (!spec_decode_resize(frame->payload, &spec, problem)) {
        return false;
    }
    (void)spawns_resize(&service->spawns, &spec);
    return true;
}

static bool on_identify(struct service *service, struct frame *frame, struct problem *problem)
{
    struct identify_spec spec;
    if (!spec_decode_identify(frame->payload, &spec, problem)) {
        return false;
    }
    struct writer payload = {0};
    identity_answer(service->network.sock_diag, &spec, &payload);
    answer(service, FRAME_IDENTITY, &payload, -1);
    return true;
}

static bool on_open_exe(struct service *service, struct frame *frame, struct problem *problem)
{
    struct open_exe_spec spec;
    if (!spec_decode_open_exe(frame->payload, &spec, problem)) {
        return false;
    }
    struct writer payload = {0};
    int executable = identity_open_exe(&spec, &payload);
    answer(service, FRAME_EXE, &payload, executable);
    return true;
}

static bool on_resolve(struct service *service, struct frame *frame, struct problem *problem)
{
    struct resolve_spec spec;
    bool understood = spec_decode_resolve(frame->payload, &spec, problem);
    if (understood) {
        struct writer payload = {0};
        identity_resolve(&spec, &payload);
        answer(service, FRAME_RESOLVED, &payload, -1);
    }
    spec_release_resolve(&spec);
    return understood;
}

/* Kills what is left of the sandbox. The kernel does the same when pid 1 ends; this way it is orderly. */
_Noreturn static void shut_down(void)
{
    (void)kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
    _exit(EXIT_SUCCESS);
}

static bool on_keep(struct service *service, struct frame *frame, struct problem *problem)
{
    if (service->init->resume.listener < 0) {
        (void)strcpy(problem->text, "KEEP: nobody can come back for it");
        return false;
    }
    return resume_keep(&service->init->resume, frame, problem);
}

static bool on_frame(struct service *service, struct frame *frame, struct problem *problem)
{
    if (frame->descriptor_count > 0 && frame->type != FRAME_SPAWN) {
        (void)strcpy(problem->text, "descriptors: not allowed with this frame");
        return false;
    }
    switch (frame->type) {
    case FRAME_SPAWN:
        return spawns_start(&service->spawns, frame, problem);
    case FRAME_SIGNAL:
        return on_signal(service, frame, problem);
    case FRAME_RESIZE:
        return on_resize(service, frame, problem);
    case FRAME_IDENTIFY:
        return on_identify(service, frame, problem);
    case FRAME_OPEN_EXE:
        return on_open_exe(service, frame, problem);
    case FRAME_RESOLVE:
        return on_resolve(service, frame, problem);
    case FRAME_KEEP:
        return on_keep(service, frame, problem);
    case FRAME_SHUTDOWN:
        if (frame->payload.length == 0) {
            shut_down();
        }
        (void)strcpy(problem->text, "SHUTDOWN: has no fields");
        return false;
    default:
        (void)strcpy(problem->text, "frame: unknown type");
        return false;
    }
}

static bool outlives_supervisor(const struct service *service)
{
    return (service->init->spec->flags & LAUNCH_OUTLIVES_SUPERVISOR) != 0;
}

static void on_supervisor_gone(struct service *service)
{
    if (!outlives_supervisor(service)) {
        shut_down();
    }
    die_reports_to(-1);
    frame_reader_reset(&service->reader);
    (void)close(service->init->control);
    service->init->control = -1;
    service->spawns.control = -1;
    service->supervised = false;
}

/* Hands everything over again: the proxy's socket, what was kept, and every process that was started. */
static void on_supervisor_back(struct service *service, int control)
{
    struct init *init = service->init;
    struct writer payload = {0};
    wire_put_fields(&payload, &service->ready);
    resume_put_state(&init->resume, &payload);
    spawns_put_ids(&service->spawns, &payload);
    bool sent = frame_send(control, true, FRAME_RESUMED, &payload, &service->network.listener, 1);
    wire_release_secret(&payload);
    if (!sent) {
        (void)close(control);
        return;
    }
    die_reports_to(control);
    init->control = control;
    service->reader = (struct frame_reader){.fd = control, .is_socket = true};
    service->supervised = true;
    spawns_tell_again(&service->spawns, control);
}

static void serve_control(struct service *service)
{
    struct problem problem = {""};
    struct frame frame;
    for (;;) {
        switch (frame_read(&service->reader, &frame, &problem)) {
        case READ_LATER:
            return;
        case READ_END:
            on_supervisor_gone(service);
            return;
        case READ_BROKEN:
            if (service->reader.ended && outlives_supervisor(service)) {
                on_supervisor_gone(service);
                return;
            }
            die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
        case READ_FRAME:
            break;
        }
        bool understood = on_frame(service, &frame, &problem);
        frame_release(&frame);
        if (!understood) {
            die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
        }
    }
}

/* Where the supervisor is told of attempts; -1 when it is not there. */
static int told(const struct service *service)
{
    return service->supervised ? service->init->control : -1;
}

static void reap_children(struct service *service)
{
    struct signalfd_siginfo info;
    while (read(service->children, &info, sizeof info) > 0) {
    }
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        if (spawns_has(&service->spawns, pid)) {
            bypass_tell_now(&service->bypass, told(service));
        }
        spawns_reaped(&service->spawns, pid, status);
    }
}

/* Of two waits for poll(2), in which -1 is for ever. */
static int sooner(int left, int right)
{
    return left < 0 || (right >= 0 && right < left) ? right : left;
}

static void serve_once(struct service *service)
{
    enum { CONTROL, CHILDREN, OUTER, DOOR, BYPASS, FIRST_SPAWN };
    struct pollfd polled[FIRST_SPAWN + SPAWNS_MAX];
    struct spawn *starting[SPAWNS_MAX];
    polled[CONTROL] = (struct pollfd){.fd = told(service), .events = POLLIN};
    polled[CHILDREN] = (struct pollfd){.fd = service->children, .events = POLLIN};
    polled[OUTER] = (struct pollfd){.fd = service->init->outer, .events = POLLIN};
    polled[DOOR] = (struct pollfd){.fd = resume_polled(&service->init->resume), .events = POLLIN};
    polled[BYPASS] = (struct pollfd){.fd = service->bypass.listener, .events = POLLIN};
    nfds_t count = FIRST_SPAWN;
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        struct spawn *spawn = &service->spawns.all[index];
        if (spawn->state == SPAWN_STARTING) {
            starting[count - FIRST_SPAWN] = spawn;
            polled[count++] = (struct pollfd){.fd = spawn->status, .events = POLLIN};
        }
    }
    if (poll(polled, count, sooner(resume_timeout(&service->init->resume), bypass_wait(&service->bypass))) < 0) {
        if (errno != EINTR) {
            die("init", "poll", errno, "");
        }
        return;
    }
    if (polled[OUTER].revents != 0) {
        shut_down();
    }
    for (nfds_t index = FIRST_SPAWN; index < count; index++) {
        if (polled[index].revents != 0) {
            spawns_progress(&service->spawns, starting[index - FIRST_SPAWN]);
        }
    }
    if (polled[CHILDREN].revents != 0) {
        reap_children(service);
    }
    if (polled[CONTROL].revents != 0) {
        serve_control(service);
    }
    if (polled[DOOR].revents != 0) {
        int supervisor = resume_progress(&service->init->resume, service->supervised);
        if (supervisor >= 0) {
            on_supervisor_back(service, supervisor);
        }
    }
    resume_expire(&service->init->resume);
    bypass_serve(&service->bypass, told(service), (polled[BYPASS].revents & POLLIN) != 0);
}

_Noreturn void init_run(struct init *init)
{
    static struct service service;
    static struct scene scene;
    service.init = init;
    service.supervised = true;
    service.spawns.control = init->control;
    service.spawns.remembers = outlives_supervisor(&service);
    service.spawns.confinement = &service.confinement;
    service.reader = (struct frame_reader){.fd = init->control, .is_socket = true};

    make_surroundings(&service);
    prepare_confinement(&service);
    watch_children(&service);
    scene_build(&scene, init->spec, &service.network, &service.confinement);
    bypass_begin(&service.bypass, init->report);
    succeed(privilege_keep_for_init(service.confinement.contained), "init", "capabilities");
    must(fcntl(init->control, F_SETFL, O_NONBLOCK), "control", "O_NONBLOCK", "");
    report_step(init->report, "init", "keeps %d capabilities and can get no other, not dumpable, no core dumps",
                service.confinement.contained ? 6 : 7);
    attest(&scene, &service.confinement, &service.bypass, init->report);
    send_ready(&service);

    while (service.supervised || spawns_alive(&service.spawns) > 0) {
        serve_once(&service);
    }
    shut_down();
}
