#include "orders.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "identity.h"

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

static bool on_keep(struct service *service, struct frame *frame, struct problem *problem)
{
    if (service->init->resume.listener < 0) {
        (void)strcpy(problem->text, "KEEP: nobody can come back for it");
        return false;
    }
    return resume_keep(&service->init->resume, frame, problem);
}

bool orders_obey(struct service *service, struct frame *frame, struct problem *problem)
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
            serve_end(service);
        }
        (void)strcpy(problem->text, "SHUTDOWN: has no fields");
        return false;
    default:
        (void)strcpy(problem->text, "frame: unknown type");
        return false;
    }
}
