#include "bypass.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "bypass_filter.h"
#include "destination.h"
#include "die.h"
#include "identity.h"
#include "monotonic.h"
#include "process.h"
#include "syscalls.h"

/* The reference's figures: 5 a second, 10 at once. */
#define EVENT_INTERVAL 200000000ull
#define EVENT_BURST 10u
#define LATE 1000000000ull
#define MILLISECOND 1000000ull
/* So that a frame always fits into what a writable control socket has room for. */
#define MAX_ANCESTORS 8

static int begin(struct bypass *bypass)
{
    if (sys_seccomp(K_SECCOMP_GET_NOTIF_SIZES, 0, &bypass->sizes) != 0) {
        return errno;
    }
    if (bypass->sizes.notif > sizeof bypass->call || bypass->sizes.response > sizeof bypass->response) {
        return EOVERFLOW;
    }
    return bypass_filter_install(&bypass->listener);
}

void bypass_begin(struct bypass *bypass, struct report *report)
{
    bypass->listener = -1;
    bypass->rate = rate_of(EVENT_INTERVAL, EVENT_BURST, monotonic_nanoseconds());
    bypass->error = begin(bypass);
    report->bypass_error = bypass->error;
    report_step(report, "bypass detection", "%s",
                bypass->error == 0 ? "told of connect and sendto" : strerror(bypass->error));
}

/* NULL when the caller was killed, or interrupted, before it could be asked. */
static const struct k_seccomp_notif *receive(struct bypass *bypass)
{
    memset(bypass->call, 0, sizeof bypass->call);
    if (sys_ioctl(bypass->listener, K_SECCOMP_IOCTL_NOTIF_RECV, bypass->call) == 0) {
        return (const struct k_seccomp_notif *)(const void *)bypass->call;
    }
    if (errno != ENOENT && errno != EINTR) {
        die("bypass", "receive", errno, "a defect of the launcher");
    }
    return NULL;
}

/* The kernel goes on with the call as if nobody had been asked. */
static void answer(struct bypass *bypass, uint64_t id)
{
    const struct k_seccomp_notif_response response = {.id = id, .flags = K_SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    memset(bypass->response, 0, sizeof bypass->response);
    memcpy(bypass->response, &response, sizeof response);
    if (sys_ioctl(bypass->listener, K_SECCOMP_IOCTL_NOTIF_SEND, bypass->response) != 0 && errno != ENOENT) {
        die("bypass", "answer", errno, "a defect of the launcher");
    }
}

/* True while the caller still waits, so that what was read under its number was its own. */
static bool still_waits(const struct bypass *bypass, uint64_t id)
{
    return sys_ioctl(bypass->listener, K_SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

struct attempt {
    pid_t thread;
    struct endpoint destination;
    enum transport transport;
};

static enum destination_kind read_destination(const struct k_seccomp_notif *call, struct endpoint *destination)
{
    bool sends = call->data.nr == SYS_sendto;
    uint64_t address = call->data.args[sends ? 4 : 1];
    uint32_t length = (uint32_t)call->data.args[sends ? 5 : 2];
    uint8_t bytes[DESTINATION_MAX_LENGTH];
    if (length > sizeof bytes) {
        return DESTINATION_NONE;
    }
    struct iovec here = {bytes, length};
    struct iovec there = {(void *)(uintptr_t)address, length};
    /* What cannot be read is no address for the kernel either (EFAULT). */
    if (process_vm_readv((pid_t)call->pid, &here, 1, &there, 1, 0) != (ssize_t)length) {
        return DESTINATION_NONE;
    }
    return destination_judge(sends ? USE_SENDTO : USE_CONNECT, bytes, length, destination);
}

static bool is_attempt(const struct k_seccomp_notif *call, struct attempt *attempt)
{
    attempt->thread = (pid_t)call->pid;
    if (read_destination(call, &attempt->destination) != DESTINATION_OUTSIDE) {
        return false;
    }
    attempt->transport = process_transport(attempt->thread, (int)call->data.args[0]);
    /* A datagram socket is connected to port 0 only to learn the own address, as getaddrinfo(3) does. */
    return attempt->transport != TRANSPORT_NONE &&
           (attempt->destination.port != 0 || attempt->transport == TRANSPORT_TCP);
}

static const char *transport_name(enum transport transport)
{
    switch (transport) {
    case TRANSPORT_TCP:
        return "tcp";
    case TRANSPORT_UDP:
        return "udp";
    case TRANSPORT_NONE:
    case TRANSPORT_OTHER:
        return "other";
    }
    return "other";
}

static void describe(const struct attempt *attempt, struct writer *payload)
{
    identity_put_caller(attempt->thread, MAX_ANCESTORS, payload);
    wire_put_bytes(payload, 4, attempt->destination.address, attempt->destination.length);
    wire_put_u32(payload, 5, attempt->destination.port);
    wire_put_text(payload, 6, transport_name(attempt->transport));
}

/* Tells of one attempt, which stands for `others` as well. */
static void tell(struct bypass *bypass, int control, struct writer *payload, uint32_t others)
{
    wire_put_u32(payload, 7, others);
    bool sent = frame_send(control, true, FRAME_BYPASS, payload, NULL, 0);
    /* The supervisor is gone: reading will find the end of the stream and act on it. */
    if (!sent && errno != EPIPE && errno != ECONNRESET && errno != ENOTCONN) {
        die("control", "send", errno, "the control socket failed");
    }
    wire_release(&bypass->first);
    bypass->suppressed = 0;
}

static void record(struct bypass *bypass, int control, uint64_t id, const struct attempt *attempt)
{
    uint64_t now = monotonic_nanoseconds();
    bool told = control >= 0 && control_has_room(control) && rate_take(&bypass->rate, now);
    if (!told && bypass->suppressed > 0) {
        bypass->suppressed += bypass->suppressed < UINT32_MAX;
        return;
    }
    struct writer payload = {0};
    describe(attempt, &payload);
    /* Looked at after the description: it is of the caller only if the caller is still there. */
    if (!still_waits(bypass, id)) {
        wire_release(&payload);
    } else if (told) {
        tell(bypass, control, &payload, bypass->suppressed);
        wire_release(&payload);
    } else {
        bypass->first = payload;
        bypass->first_at = now;
        bypass->suppressed = 1;
    }
}

static void answer_one(struct bypass *bypass, int control)
{
    const struct k_seccomp_notif *call = receive(bypass);
    if (call == NULL) {
        return;
    }
    struct attempt attempt;
    if (is_attempt(call, &attempt) && still_waits(bypass, call->id)) {
        record(bypass, control, call->id, &attempt);
    }
    answer(bypass, call->id);
}

void bypass_serve(struct bypass *bypass, int control, bool readable)
{
    if (readable) {
        answer_one(bypass, control);
    }
    if (bypass->suppressed > 0 && control >= 0 && monotonic_nanoseconds() - bypass->first_at >= LATE &&
        control_has_room(control)) {
        bypass_tell_now(bypass, control);
    }
}

void bypass_pass(struct bypass *bypass)
{
    const struct k_seccomp_notif *call = receive(bypass);
    if (call != NULL) {
        answer(bypass, call->id);
    }
}

int bypass_wait(const struct bypass *bypass)
{
    return bypass->suppressed == 0 ? -1 : (int)(LATE / MILLISECOND);
}

void bypass_tell_now(struct bypass *bypass, int control)
{
    if (bypass->suppressed > 0 && control >= 0) {
        struct writer first = bypass->first;
        bypass->first = (struct writer){0};
        tell(bypass, control, &first, bypass->suppressed - 1);
        wire_release(&first);
    }
}
