#include "spawns.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "oom_kills.h"

static void send_frame(const struct spawns *spawns, enum frame_type type, struct writer *payload, int descriptor)
{
    if (spawns->control < 0) {
        wire_release(payload); /* told again to whoever comes */
        return;
    }
    bool sent = frame_send(spawns->control, true, type, payload, &descriptor, descriptor >= 0 ? 1 : 0);
    /* The supervisor is gone: reading will find the end of the stream and act on it. */
    if (!sent && errno != EPIPE && errno != ECONNRESET && errno != ENOTCONN) {
        die("control", "send", errno, "the control socket failed");
    }
    wire_release(payload);
}

static struct spawn *find(struct spawns *spawns, uint32_t id)
{
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        struct spawn *spawn = &spawns->all[index];
        if (spawn->state != SPAWN_FREE && !spawn->reaped && spawn->id == id) {
            return spawn;
        }
    }
    return NULL;
}

static void release(struct spawn *spawn)
{
    if (spawn->master >= 0) {
        (void)close(spawn->master);
    }
    *spawn = (struct spawn){.state = SPAWN_FREE, .status = -1, .master = -1};
}

/* A place for a new spawn: that of an ended one of the same id, else a free one, else that of any ended one. */
static struct spawn *find_free(struct spawns *spawns, uint32_t id)
{
    struct spawn *found = NULL;
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        struct spawn *spawn = &spawns->all[index];
        if (spawn->reaped && spawn->id == id) {
            release(spawn);
            return spawn;
        }
        bool better = found == NULL || found->state != SPAWN_FREE;
        found = better && (spawn->state == SPAWN_FREE || spawn->reaped) ? spawn : found;
    }
    if (found != NULL && found->state != SPAWN_FREE) {
        release(found);
    }
    return found;
}

static void answer_failed(struct spawns *spawns, uint32_t id, const char *step, const char *subject, int error)
{
    struct writer payload = {0};
    wire_put_u32(&payload, 1, id);
    wire_put_text(&payload, 2, step);
    wire_put_text(&payload, 3, subject);
    wire_put_i32(&payload, 4, error);
    send_frame(spawns, FRAME_SPAWN_FAILED, &payload, -1);
}

bool spawns_start(struct spawns *spawns, struct frame *frame, struct problem *problem)
{
    struct spawn_spec spec;
    if (!spec_decode_spawn(frame, &spec, problem)) {
        spec_release_spawn(&spec);
        return false;
    }
    if (find(spawns, spec.id) != NULL) {
        (void)strcpy(problem->text, "spawn id: in use");
        spec_release_spawn(&spec);
        return false;
    }
    struct spawn *spawn = find_free(spawns, spec.id);
    if (spawn == NULL) {
        answer_failed(spawns, spec.id, "spawn", "too many processes started by the supervisor", EAGAIN);
        spec_release_spawn(&spec);
        return true;
    }
    struct spawned spawned;
    const char *failed;
    int error = spawn_start(spawns->confinement, &spec, frame->descriptors, &spawned, &failed);
    if (error != 0) {
        answer_failed(spawns, spec.id, failed, spec.arguments.items[0], error);
    } else {
        *spawn = (struct spawn){
            .state = SPAWN_STARTING,
            .id = spec.id,
            .pid = spawned.pid,
            .status = spawned.status,
            .master = spawned.master,
            .last_step = -1,
        };
        (void)snprintf(spawn->program, sizeof spawn->program, "%s", spec.arguments.items[0]);
        (void)snprintf(spawn->directory, sizeof spawn->directory, "%s", spec.directory);
    }
    spec_release_spawn(&spec);
    return true;
}

static void answer_started(struct spawns *spawns, struct spawn *spawn)
{
    struct writer payload = {0};
    wire_put_u32(&payload, 1, spawn->id);
    wire_put_u32(&payload, 2, (uint32_t)spawn->pid);
    for (int step = 0; step < SPAWN_EXEC; step++) {
        char detail[128];
        spawn_step_detail(spawns->confinement, step, detail, sizeof detail);
        size_t mark = wire_begin(&payload, 10);
        wire_put_text(&payload, 1, spawn_step_name(step));
        wire_put_text(&payload, 2, detail);
        wire_end(&payload, mark);
    }
    send_frame(spawns, FRAME_STARTED, &payload, spawn->master);
}

static bool passed_all(const struct spawn *spawn)
{
    for (int step = 0; step < SPAWN_EXEC; step++) {
        if (!spawn->passed[step]) {
            return false;
        }
    }
    return true;
}

static void answer_broken(struct spawns *spawns, struct spawn *spawn)
{
    /* A child that was killed before exec leaves a step open without an error of its own. */
    int step = spawn->error != 0 ? spawn->last_step : spawn->last_step + 1;
    answer_failed(spawns, spawn->id, spawn_step_name(step), step == SPAWN_DIRECTORY ? spawn->directory : spawn->program,
                  spawn->error != 0 ? spawn->error : EINTR);
}

static void answer_exited(struct spawns *spawns, const struct spawn *spawn)
{
    int status = spawn->wait_status;
    struct writer payload = {0};
    wire_put_u32(&payload, 1, spawn->id);
    wire_put_i32(&payload, 2, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    wire_put_i32(&payload, 3, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    if (spawns->confinement->contained) {
        wire_put_u64(&payload, 4, oom_kills());
        wire_put_u8(&payload, 5, spawns->asked_to_end);
    }
    send_frame(spawns, FRAME_EXITED, &payload, -1);
}

/* The pipe has ended: exec closed it after every step had passed, or the child is no more. */
static void conclude(struct spawns *spawns, struct spawn *spawn)
{
    (void)close(spawn->status);
    spawn->status = -1;
    if (spawn->error == 0 && passed_all(spawn)) {
        spawn->state = SPAWN_RUNNING;
        answer_started(spawns, spawn);
        return;
    }
    spawn->state = SPAWN_BROKEN;
    answer_broken(spawns, spawn);
}

void spawns_progress(struct spawns *spawns, struct spawn *spawn)
{
    struct spawn_status status;
    while (spawn->state == SPAWN_STARTING) {
        ssize_t count = read(spawn->status, &status, sizeof status);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        if (count != (ssize_t)sizeof status || status.step < 0 || status.step >= SPAWN_STEP_COUNT) {
            conclude(spawns, spawn);
            return;
        }
        spawn->last_step = status.step;
        spawn->error = spawn->error != 0 ? spawn->error : status.error;
        spawn->passed[status.step] = status.error == 0;
    }
}

/* A terminal stays open for its last output only while nobody is there who has it already. */
static void remember(struct spawns *spawns, struct spawn *spawn, int status)
{
    spawn->reaped = true;
    spawn->wait_status = status;
    if (spawn->state == SPAWN_RUNNING) {
        answer_exited(spawns, spawn);
    }
    if (!spawns->remembers) {
        release(spawn);
    } else if (spawns->control >= 0 && spawn->master >= 0) {
        (void)close(spawn->master);
        spawn->master = -1;
    }
}

bool spawns_has(const struct spawns *spawns, pid_t pid)
{
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        if (spawns->all[index].state != SPAWN_FREE && spawns->all[index].pid == pid) {
            return true;
        }
    }
    return false;
}

void spawns_reaped(struct spawns *spawns, pid_t pid, int status)
{
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        struct spawn *spawn = &spawns->all[index];
        if (spawn->state == SPAWN_FREE || spawn->reaped || spawn->pid != pid) {
            continue;
        }
        spawns_progress(spawns, spawn);
        if (spawn->state == SPAWN_STARTING) {
            conclude(spawns, spawn);
        }
        remember(spawns, spawn, status);
        return;
    }
}

/* One that is not reaped yet, so that the number is still its own. Before setsid there is no group of its own. */
static void send_signal(const struct spawn *spawn, int signal)
{
    if (kill(-spawn->pid, signal) != 0 && errno == ESRCH) {
        (void)kill(spawn->pid, signal);
    }
}

bool spawns_signal(struct spawns *spawns, const struct signal_spec *spec)
{
    struct spawn *spawn = find(spawns, spec->id);
    if (spawn == NULL) {
        return false;
    }
    send_signal(spawn, (int)spec->signal);
    return true;
}

void spawns_signal_all(const struct spawns *spawns, int signal)
{
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        const struct spawn *spawn = &spawns->all[index];
        if (spawn->state != SPAWN_FREE && !spawn->reaped) {
            send_signal(spawn, signal);
        }
    }
}

bool spawns_resize(struct spawns *spawns, const struct resize_spec *spec)
{
    struct spawn *spawn = find(spawns, spec->id);
    return spawn != NULL && spawn->master >= 0 && spawn_resize(spawn->master, spec->rows, spec->columns) == 0;
}

size_t spawns_alive(const struct spawns *spawns)
{
    size_t alive = 0;
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        alive += spawns->all[index].state != SPAWN_FREE && !spawns->all[index].reaped;
    }
    return alive;
}

void spawns_put_ids(const struct spawns *spawns, struct writer *payload)
{
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        if (spawns->all[index].state != SPAWN_FREE) {
            wire_put_u32(payload, 21, spawns->all[index].id);
        }
    }
}

void spawns_tell_again(struct spawns *spawns, int control)
{
    spawns->control = control;
    for (size_t index = 0; index < SPAWNS_MAX; index++) {
        struct spawn *spawn = &spawns->all[index];
        if (spawn->state == SPAWN_RUNNING) {
            answer_started(spawns, spawn);
        } else if (spawn->state == SPAWN_BROKEN) {
            answer_broken(spawns, spawn);
        }
        if (spawn->state != SPAWN_FREE && spawn->reaped) {
            remember(spawns, spawn, spawn->wait_status);
        }
    }
}
