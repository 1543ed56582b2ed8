/*
 * The frame reader. The first byte is a number of pieces, then one byte for each: its length in the lower six bits, and
 * how many descriptors come with it in the upper two. What follows is the stream; what no piece covers comes at once.
 *
 * However the stream is cut, and over a pipe as over a socket, the same frames must come out of it, and no descriptor
 * may be left open.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "decoded.h"

#define MAX_PIECES 15
#define SIZES 63
#define MAX_SENT_DESCRIPTORS 3
#define HIGHEST_DESCRIPTOR 64 /* of a run: two sockets, and three descriptors for each piece */
#define HASH_START 14695981039346656037ull
#define HASH_FACTOR 1099511628211ull

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came out. */
struct outcome {
    uint64_t hash;
    unsigned frames;
    bool broken;
};

struct stream {
    const uint8_t *data;
    size_t size;
};

static void hash_byte(struct outcome *outcome, uint8_t byte)
{
    outcome->hash = (outcome->hash ^ byte) * HASH_FACTOR;
}

/* Reads frames until there is nothing more for now; false at the end or when the stream is broken. */
static bool drain(struct frame_reader *reader, struct outcome *outcome)
{
    struct frame frame;
    struct problem problem = {""};
    for (;;) {
        switch (frame_read(reader, &frame, &problem)) {
        case READ_LATER:
            return true;
        case READ_END:
            return false;
        case READ_BROKEN:
            EXPECT(problem.text[0] != '\0');
            outcome->broken = true;
            return false;
        case READ_FRAME:
            break;
        }
        EXPECT(frame.payload.length <= WIRE_MAX_PAYLOAD && frame.descriptor_count <= FRAME_MAX_DESCRIPTORS);
        outcome->frames++;
        hash_byte(outcome, (uint8_t)frame.type);
        hash_byte(outcome, (uint8_t)(frame.type >> 8));
        for (size_t index = 0; index < frame.payload.length; index++) {
            hash_byte(outcome, frame.payload.data[index]);
        }
        see_frame(&frame);
        frame_release(&frame);
    }
}

static void send_piece(int fd, const uint8_t *data, size_t size, unsigned descriptors)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * MAX_SENT_DESCRIPTORS)] = {0};
    struct iovec part = {(void *)(uintptr_t)data, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptors > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors);
        for (unsigned index = 0; index < descriptors; index++) {
            memcpy(CMSG_DATA(rights) + index * sizeof fd, &fd, sizeof fd);
        }
    }
    EXPECT(size == 0 || sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)size);
}

static struct outcome read_in_pieces(struct stream stream, const uint8_t *pieces, size_t count)
{
    int pair[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    struct frame_reader reader = {.fd = pair[0], .is_socket = true};
    struct outcome outcome = {.hash = HASH_START};
    bool open = true;
    for (size_t index = 0; index < count && open; index++) {
        size_t size = pieces[index] & SIZES;
        size = size < stream.size ? size : stream.size;
        send_piece(pair[1], stream.data, size, size == 0 ? 0 : pieces[index] >> 6);
        stream.data += size;
        stream.size -= size;
        open = drain(&reader, &outcome);
    }
    if (open) {
        send_piece(pair[1], stream.data, stream.size, 0);
        (void)shutdown(pair[1], SHUT_WR);
        EXPECT(!drain(&reader, &outcome));
    }
    frame_reader_reset(&reader);
    (void)close(pair[0]);
    (void)close(pair[1]);
    return outcome;
}

static struct outcome read_from_pipe(struct stream stream)
{
    int ends[2];
    EXPECT(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    struct frame_reader reader = {.fd = ends[0], .is_socket = false};
    struct outcome outcome = {.hash = HASH_START};
    EXPECT(stream.size == 0 || write(ends[1], stream.data, stream.size) == (ssize_t)stream.size);
    (void)close(ends[1]);
    EXPECT(!drain(&reader, &outcome));
    frame_reader_reset(&reader);
    (void)close(ends[0]);
    return outcome;
}

static bool same(struct outcome left, struct outcome right)
{
    return left.hash == right.hash && left.frames == right.frames && left.broken == right.broken;
}

static unsigned open_descriptors(void)
{
    unsigned open = 0;
    for (int fd = 0; fd < HIGHEST_DESCRIPTOR; fd++) {
        open += fcntl(fd, F_GETFD) >= 0;
    }
    return open;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = size == 0 ? 0 : data[0] % (MAX_PIECES + 1);
    if (size < 1 + count) {
        return 0;
    }
    const uint8_t *pieces = data + 1;
    struct stream stream = {pieces + count, size - 1 - count};
    unsigned before = open_descriptors();
    struct outcome cut = read_in_pieces(stream, pieces, count);
    bool with_descriptors = false;
    for (size_t index = 0; index < count; index++) {
        with_descriptors = with_descriptors || pieces[index] >> 6 > 0;
    }
    if (!with_descriptors) {
        EXPECT(same(cut, read_in_pieces(stream, NULL, 0)));
        EXPECT(same(cut, read_from_pipe(stream)));
    }
    EXPECT(open_descriptors() == before);
    return 0;
}
