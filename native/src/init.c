#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "attest.h"
#include "contained.h"
#include "die.h"
#include "landlock.h"
#include "namespaces.h"
#include "network.h"
#include "outer.h"
#include "privilege.h"
#include "root.h"
#include "serve.h"

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

/* An engine asks the first process to end. Nobody but root of the container can, and an agent is somebody else. */
static void watch_signals(struct service *service)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGCHLD);
    if (spec_is_contained(service->init->spec)) {
        (void)sigaddset(&signals, SIGTERM);
    }
    must(sigprocmask(SIG_BLOCK, &signals, NULL), "init", "signals", "");
    service->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    must(service->signals, "init", "signalfd", "");
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

_Noreturn void init_run(struct init *init)
{
    static struct service service;
    static struct scene scene;
    service.init = init;
    service.supervised = true;
    service.spawns.control = init->control;
    service.spawns.remembers = serve_outlives_supervisor(&service);
    service.spawns.confinement = &service.confinement;
    service.reader = (struct frame_reader){.fd = init->control, .is_socket = true};

    make_surroundings(&service);
    prepare_confinement(&service);
    watch_signals(&service);
    scene_build(&scene, init->spec, &service.network, &service.confinement);
    bypass_begin(&service.bypass, init->report);
    succeed(privilege_keep_for_init(service.confinement.contained), "init", "capabilities");
    must(fcntl(init->control, F_SETFL, O_NONBLOCK), "control", "O_NONBLOCK", "");
    report_step(init->report, "init", "keeps %d capabilities and can get no other, not dumpable, no core dumps",
                service.confinement.contained ? 6 : 7);
    attest(&scene, &service.confinement, &service.bypass, init->report);
    send_ready(&service);

    while (serve_goes_on(&service)) {
        serve_once(&service);
    }
    serve_end(&service);
}
