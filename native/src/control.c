#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DESCRIPTOR_SPACE CMSG_SPACE(sizeof(int) * FRAME_MAX_DESCRIPTORS)

static enum read_result broken(struct problem *problem, const char *what, int error)
{
    if (error != 0) {
        (void)snprintf(problem->text, sizeof problem->text, "%s: %s", what, strerror(error));
    } else {
        (void)snprintf(problem->text, sizeof problem->text, "%s", what);
    }
    return READ_BROKEN;
}

/* Moves what came along into the frame; false when it is more than any frame may have. */
static bool take_descriptors(struct frame *frame, struct msghdr *message)
{
    bool fits = (message->msg_flags & MSG_CTRUNC) == 0;
    struct cmsghdr *control = CMSG_FIRSTHDR(message);
    if (control == NULL || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) {
        return fits && control == NULL;
    }
    size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t index = 0; index < count; index++) {
        int fd;
        memcpy(&fd, CMSG_DATA(control) + index * sizeof fd, sizeof fd);
        if (frame->descriptor_count < FRAME_MAX_DESCRIPTORS) {
            frame->descriptors[frame->descriptor_count++] = fd;
        } else {
            (void)close(fd);
            fits = false;
        }
    }
    return fits;
}

/* As read(2); never reads past the frame, so descriptors cannot be taken for those of another one. */
static ssize_t receive(struct frame_reader *reader, void *data, size_t length, bool *fits)
{
    *fits = true;
    if (!reader->is_socket) {
        return read(reader->fd, data, length);
    }
    _Alignas(struct cmsghdr) char control[DESCRIPTOR_SPACE];
    struct iovec part = {data, length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(reader->fd, &message, MSG_CMSG_CLOEXEC);
    if (count >= 0) {
        *fits = take_descriptors(&reader->frame, &message);
    }
    return count;
}

/* READ_FRAME when all of the wanted bytes are there. */
static enum read_result fill(struct frame_reader *reader, uint8_t *data, size_t wanted, size_t *have,
                             struct problem *problem)
{
    while (*have < wanted) {
        bool fits = true;
        ssize_t count = receive(reader, data + *have, wanted - *have, &fits);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return READ_LATER;
        }
        reader->ended = count == 0 || (count < 0 && errno == ECONNRESET);
        if (count < 0 && errno == ECONNRESET && reader->header_length == 0) {
            return READ_END;
        }
        if (count < 0) {
            return broken(problem, "read", errno);
        }
        if (!fits) {
            return broken(problem, "descriptors: too many (expected: at most 3)", 0);
        }
        if (count == 0) {
            return reader->header_length == 0 ? READ_END : broken(problem, "end of stream within a frame", 0);
        }
        *have += (size_t)count;
    }
    return READ_FRAME;
}

static enum read_result begin_payload(struct frame_reader *reader, struct problem *problem)
{
    uint32_t length = wire_get32(reader->header);
    if (length > WIRE_MAX_PAYLOAD) {
        return broken(problem, "frame: longer than 4 MiB", 0);
    }
    if (wire_get16(reader->header + 6) != reader->frame.descriptor_count) {
        return broken(problem, "frame: not the number of descriptors that its header says", 0);
    }
    reader->frame.type = wire_get16(reader->header + 4);
    reader->frame.payload.length = length;
    reader->payload_length = 0;
    /* One byte more, so that an empty payload is not a NULL pointer. */
    reader->frame.payload.data = malloc((size_t)length + 1);
    return reader->frame.payload.data != NULL ? READ_FRAME : broken(problem, "frame: no memory", 0);
}

enum read_result frame_read(struct frame_reader *reader, struct frame *frame, struct problem *problem)
{
    if (reader->frame.payload.data == NULL) {
        enum read_result result = fill(reader, reader->header, FRAME_HEADER, &reader->header_length, problem);
        if (result != READ_FRAME) {
            return result;
        }
        result = begin_payload(reader, problem);
        if (result != READ_FRAME) {
            return result;
        }
    }
    unsigned announced = reader->frame.descriptor_count;
    enum read_result result = fill(reader, reader->frame.payload.data, reader->frame.payload.length,
                                   &reader->payload_length, problem);
    if (result == READ_FRAME && reader->frame.descriptor_count != announced) {
        return broken(problem, "descriptors: not with the first byte of the frame", 0);
    }
    if (result != READ_FRAME) {
        return result;
    }
    *frame = reader->frame;
    reader->frame = (struct frame){0};
    reader->header_length = 0;
    reader->payload_length = 0;
    return READ_FRAME;
}

void frame_reader_reset(struct frame_reader *reader)
{
    frame_release(&reader->frame);
    reader->header_length = 0;
    reader->payload_length = 0;
}

void frame_release(struct frame *frame)
{
    free(frame->payload.data);
    for (unsigned index = 0; index < frame->descriptor_count; index++) {
        (void)close(frame->descriptors[index]);
    }
    *frame = (struct frame){0};
}

/* Waits until a non-blocking descriptor takes more. False when the other side is gone. */
static bool wait_writable(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    while (poll(&ready, 1, -1) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool send_all(int fd, bool is_socket, struct msghdr *message)
{
    while (message->msg_iovlen > 0) {
        ssize_t count = is_socket ? sendmsg(fd, message, MSG_NOSIGNAL)
                                  : write(fd, message->msg_iov->iov_base, message->msg_iov->iov_len);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            if (!wait_writable(fd)) {
                return false;
            }
            continue;
        }
        if (count < 0) {
            return false;
        }
        message->msg_control = NULL; /* sent with the first byte */
        message->msg_controllen = 0;
        size_t left = (size_t)count;
        while (message->msg_iovlen > 0 && left >= message->msg_iov->iov_len) {
            left -= message->msg_iov->iov_len;
            message->msg_iov++;
            message->msg_iovlen--;
        }
        if (message->msg_iovlen > 0) {
            message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + left;
            message->msg_iov->iov_len -= left;
        }
    }
    return true;
}

bool frame_send(int fd, bool is_socket, enum frame_type type, const struct writer *payload, const int *descriptors,
                unsigned descriptor_count)
{
    if (payload->overflow || descriptor_count > FRAME_MAX_DESCRIPTORS) {
        errno = EOVERFLOW;
        return false;
    }
    uint8_t header[FRAME_HEADER];
    wire_set32(header, (uint32_t)payload->length);
    wire_set16(header + 4, (uint16_t)type);
    wire_set16(header + 6, (uint16_t)descriptor_count);
    struct iovec parts[2] = {{header, sizeof header}, {payload->data, payload->length}};
    _Alignas(struct cmsghdr) char control[DESCRIPTOR_SPACE] = {0};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = payload->length > 0 ? 2 : 1};
    if (descriptor_count > 0) {
        message.msg_control = control;
        message.msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * descriptor_count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * descriptor_count);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * descriptor_count);
    }
    return send_all(fd, is_socket, &message);
}

bool control_has_room(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    return poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

int control_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}
