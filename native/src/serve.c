#include "serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control.h"
#include "die.h"
#include "orders.h"

_Noreturn void serve_end(const struct service *service)
{
    (void)kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
    _exit(service->ending.begun ? EXIT_ASKED : EXIT_SUCCESS);
}

bool serve_outlives_supervisor(const struct service *service)
{
    return (service->init->spec->flags & LAUNCH_OUTLIVES_SUPERVISOR) != 0;
}

bool serve_goes_on(const struct service *service)
{
    return spawns_alive(&service->spawns) > 0 || (service->supervised && !service->ending.begun);
}

static void on_supervisor_gone(struct service *service)
{
    if (!serve_outlives_supervisor(service)) {
        serve_end(service);
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
            if (service->reader.ended && serve_outlives_supervisor(service)) {
                on_supervisor_gone(service);
                return;
            }
            die("control", problem.text, EPROTO, "the supervisor does not keep to the protocol");
        case READ_FRAME:
            break;
        }
        bool understood = orders_obey(service, &frame, &problem);
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

/* Signals of the same number come as one: what they were for is looked for all the same. */
static void take_signals(struct service *service)
{
    struct signalfd_siginfo info;
    while (read(service->signals, &info, sizeof info) > 0) {
        if (info.ssi_signo == SIGTERM) {
            ending_begin(&service->ending, &service->spawns);
        }
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

void serve_once(struct service *service)
{
    enum { CONTROL, SIGNALS, OUTER, DOOR, BYPASS, FIRST_SPAWN };
    struct pollfd polled[FIRST_SPAWN + SPAWNS_MAX];
    struct spawn *starting[SPAWNS_MAX];
    polled[CONTROL] = (struct pollfd){.fd = told(service), .events = POLLIN};
    polled[SIGNALS] = (struct pollfd){.fd = service->signals, .events = POLLIN};
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
    int wait = sooner(resume_timeout(&service->init->resume), bypass_wait(&service->bypass));
    if (poll(polled, count, sooner(wait, ending_wait(&service->ending))) < 0) {
        if (errno != EINTR) {
            die("init", "poll", errno, "");
        }
        return;
    }
    if (polled[OUTER].revents != 0) {
        serve_end(service);
    }
    for (nfds_t index = FIRST_SPAWN; index < count; index++) {
        if (polled[index].revents != 0) {
            spawns_progress(&service->spawns, starting[index - FIRST_SPAWN]);
        }
    }
    if (polled[SIGNALS].revents != 0) {
        take_signals(service);
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
    ending_progress(&service->ending, &service->spawns);
    resume_expire(&service->init->resume);
    bypass_serve(&service->bypass, told(service), (polled[BYPASS].revents & POLLIN) != 0);
}
