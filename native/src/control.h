/*
 * Frames on a stream: u32 payload length, u16 type, u16 number of descriptors, payload.
 * On a Unix socket the descriptors arrive with the first byte of their frame.
 */
#ifndef OPENSHELL_CONTROL_H
#define OPENSHELL_CONTROL_H

#include "wire.h"

#define CONTROL_VERSION 1u
#define FRAME_HEADER 8u
#define FRAME_MAX_DESCRIPTORS 3u

enum frame_type {
    FRAME_HELLO = 1,
    FRAME_LAUNCH = 2,
    FRAME_READY = 3,
    FRAME_FAILED = 4,
    FRAME_SPAWN = 5,
    FRAME_STARTED = 6,
    FRAME_SPAWN_FAILED = 7,
    FRAME_EXITED = 8,
    FRAME_SIGNAL = 9,
    FRAME_RESIZE = 10,
    FRAME_IDENTIFY = 11,
    FRAME_IDENTITY = 12,
    FRAME_OPEN_EXE = 13,
    FRAME_EXE = 14,
    FRAME_SHUTDOWN = 15,
    FRAME_RESOLVE = 16,
    FRAME_RESOLVED = 17,
    FRAME_BYPASS = 18,
    FRAME_KEEP = 20,
    FRAME_RESUME = 21,
    FRAME_RESUMED = 22,
    FRAME_REFUSED = 23,
    FRAME_LOOK = 24,
    FRAME_SEEN = 25,
    FRAME_START = 100,
    FRAME_LAUNCHED = 101,
    FRAME_ENDED = 102,
};

struct frame {
    uint16_t type;
    struct bytes payload;
    int descriptors[FRAME_MAX_DESCRIPTORS];
    unsigned descriptor_count;
};

/* One direction of a connection; owns what it has read of the frame that is not complete yet. */
struct frame_reader {
    int fd;
    bool is_socket; /* a pipe carries no descriptors */
    uint8_t header[FRAME_HEADER];
    size_t header_length;
    struct frame frame;
    size_t payload_length;
    bool ended; /* the other side is gone, perhaps within a frame */
};

enum read_result {
    READ_FRAME,  /* one whole frame; the caller releases it */
    READ_LATER,  /* nothing more for now (non-blocking descriptor) */
    READ_END,    /* the other side closed between two frames */
    READ_BROKEN, /* not a frame, or the connection failed: fatal */
};

enum read_result frame_read(struct frame_reader *reader, struct frame *frame, struct problem *problem);

/* Gives up what has been read of a frame that will not be completed. */
void frame_reader_reset(struct frame_reader *reader);

/* Frees the payload and closes the descriptors that are still in the frame. */
void frame_release(struct frame *frame);

/* Sends a whole frame, waiting as long as it takes. False with errno; EOVERFLOW for a writer that overflowed. */
bool frame_send(int fd, bool is_socket, enum frame_type type, const struct writer *payload, const int *descriptors,
                unsigned descriptor_count);

/* True when a frame of at most 40 KiB can be sent to this socket at once: its buffer is at most a quarter full. */
bool control_has_room(int fd);

/* Connects to a Unix stream socket; -1 and errno. */
int control_connect(const char *path);

#endif
