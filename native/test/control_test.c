/* Frames over a real socket pair, in every division and with every kind of descriptor trouble. */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static void make_pair(int pair[2])
{
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Sends bytes with descriptors attached to the first of them. */
static void send_raw(int fd, const void *data, size_t length, const int *descriptors, size_t count)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(sizeof(int) * 16)];
    } control = {.space = {0}};
    char copy[256];
    CHECK(length <= sizeof copy && count <= 16);
    memcpy(copy, data, length);
    struct iovec part = {copy, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * count);
    }
    CHECK(sendmsg(fd, &message, 0) == (ssize_t)length);
}

static void a_frame_arrives_whole_however_it_is_divided(void)
{
    static const uint8_t frame[] = {0, 0, 0, 5, 0, 9, 0, 0, 'h', 'e', 'l', 'l', 'o'};
    for (size_t cut = 0; cut <= sizeof frame; cut++) {
        int pair[2];
        make_pair(pair);
        struct frame_reader reader = {.fd = pair[0], .is_socket = true};
        struct frame got;
        struct problem problem = {""};
        if (cut > 0) {
            send_raw(pair[1], frame, cut, NULL, 0);
        }
        if (cut < sizeof frame) {
            CHECK_EQUALS(frame_read(&reader, &got, &problem), READ_LATER);
            send_raw(pair[1], frame + cut, sizeof frame - cut, NULL, 0);
        }
        CHECK_EQUALS(frame_read(&reader, &got, &problem), READ_FRAME);
        CHECK_EQUALS(got.type, 9);
        CHECK(got.payload.length == 5 && memcmp(got.payload.data, "hello", 5) == 0);
        frame_release(&got);
        (void)close(pair[0]);
        (void)close(pair[1]);
    }
}

static void the_end_of_the_stream_is_only_fine_between_frames(void)
{
    static const uint8_t frame[] = {0, 0, 0, 2, 0, 9, 0, 0, 'h', 'i'};
    for (size_t length = 0; length < sizeof frame; length++) {
        int pair[2];
        make_pair(pair);
        struct frame_reader reader = {.fd = pair[0], .is_socket = true};
        struct frame got;
        struct problem problem = {""};
        if (length > 0) {
            send_raw(pair[1], frame, length, NULL, 0);
        }
        (void)close(pair[1]);
        CHECK_EQUALS(frame_read(&reader, &got, &problem), length == 0 ? READ_END : READ_BROKEN);
        frame_release(&reader.frame);
        (void)close(pair[0]);
    }
}

static void expect_broken(const uint8_t header[8], const int *descriptors, size_t count, const char *because)
{
    int pair[2];
    int before = open_descriptors();
    make_pair(pair);
    struct frame_reader reader = {.fd = pair[0], .is_socket = true};
    struct frame got;
    struct problem problem = {""};
    send_raw(pair[1], header, 8, descriptors, count);
    CHECK_EQUALS(frame_read(&reader, &got, &problem), READ_BROKEN);
    if (strstr(problem.text, because) == NULL) {
        (void)fprintf(stderr, "%s (expected: ...%s...)\n", problem.text, because);
        exit(1);
    }
    frame_release(&reader.frame);
    (void)close(pair[0]);
    (void)close(pair[1]);
    CHECK_EQUALS(open_descriptors(), before);
}

static void a_frame_that_lies_is_refused_and_leaks_nothing(void)
{
    static const uint8_t too_long[8] = {0x00, 0x40, 0x00, 0x01, 0, 9, 0, 0};
    static const uint8_t huge[8] = {0xff, 0xff, 0xff, 0xff, 0, 9, 0, 0};
    static const uint8_t none[8] = {0, 0, 0, 0, 0, 9, 0, 0};
    static const uint8_t two[8] = {0, 0, 0, 0, 0, 9, 0, 2};
    const int descriptors[16] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
    expect_broken(too_long, NULL, 0, "longer than 4 MiB");
    expect_broken(huge, NULL, 0, "longer than 4 MiB");
    expect_broken(two, NULL, 0, "number of descriptors");
    expect_broken(two, descriptors, 1, "number of descriptors");
    expect_broken(none, descriptors, 1, "number of descriptors");
    expect_broken(two, descriptors, 4, "too many");
    expect_broken(two, descriptors, 16, "too many");
}

static void descriptors_belong_to_their_frame(void)
{
    static const uint8_t frame[9] = {0, 0, 0, 1, 0, 5, 0, 0, 'x'};
    const int descriptors[1] = {0};
    int pair[2];
    make_pair(pair);
    struct frame_reader reader = {.fd = pair[0], .is_socket = true};
    struct frame got;
    struct problem problem = {""};
    send_raw(pair[1], frame, 8, NULL, 0);
    send_raw(pair[1], frame + 8, 1, descriptors, 1);
    CHECK_EQUALS(frame_read(&reader, &got, &problem), READ_BROKEN);
    frame_release(&reader.frame);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

static void two_frames_with_descriptors_stay_apart(void)
{
    int pair[2];
    int before = open_descriptors();
    make_pair(pair);
    struct writer payload = {0};
    wire_put_text(&payload, 1, "payload");
    const int first[3] = {0, 1, 2};
    CHECK(frame_send(pair[1], true, FRAME_SPAWN, &payload, first, 3));
    CHECK(frame_send(pair[1], true, FRAME_READY, &payload, first, 1));
    CHECK(frame_send(pair[1], true, FRAME_SHUTDOWN, &(struct writer){0}, NULL, 0));
    struct frame_reader reader = {.fd = pair[0], .is_socket = true};
    struct problem problem = {""};
    static const struct {
        unsigned type;
        unsigned descriptors;
    } expected[] = {{FRAME_SPAWN, 3}, {FRAME_READY, 1}, {FRAME_SHUTDOWN, 0}};
    for (size_t index = 0; index < 3; index++) {
        struct frame got;
        CHECK_EQUALS(frame_read(&reader, &got, &problem), READ_FRAME);
        CHECK_EQUALS(got.type, expected[index].type);
        CHECK_EQUALS(got.descriptor_count, expected[index].descriptors);
        for (unsigned at = 0; at < got.descriptor_count; at++) {
            CHECK(fcntl(got.descriptors[at], F_GETFD) == FD_CLOEXEC);
        }
        frame_release(&got);
    }
    wire_release(&payload);
    (void)close(pair[0]);
    (void)close(pair[1]);
    CHECK_EQUALS(open_descriptors(), before);
}

int main(void)
{
    a_frame_arrives_whole_however_it_is_divided();
    the_end_of_the_stream_is_only_fine_between_frames();
    a_frame_that_lies_is_refused_and_leaks_nothing();
    descriptors_belong_to_their_frame();
    two_frames_with_descriptors_stay_apart();
    return 0;
}
