/* What the supervisor asks for: the messages LAUNCH, SPAWN and the queries, decoded and checked. */
#ifndef OPENSHELL_SPEC_H
#define OPENSHELL_SPEC_H

#include "control.h"

#define SPEC_MAX_MOUNTS 1024u
#define SPEC_MAX_FILES 1024u
#define SPEC_MAX_PATHS 4096u /* for Landlock, of each kind */

enum mount_kind {
    MOUNT_READ_ONLY = 1,
    MOUNT_READ_WRITE = 2,
    MOUNT_WORKDIR = 3,
    MOUNT_TMPFS = 4,
    MOUNT_DIRECTORY = 5,
};

struct mount_spec {
    uint8_t kind;
    char *path;
    char *source;
    uint8_t optional;
};

struct file_spec {
    char *path;
    uint32_t mode;
    struct bytes content;
};

enum landlock_mode {
    LANDLOCK_BEST_EFFORT = 0,
    LANDLOCK_HARD_REQUIREMENT = 1,
    LANDLOCK_OFF = 2,
};

#define LAUNCH_HARD_REQUIREMENT 1u
#define LAUNCH_OUTLIVES_SUPERVISOR 2u
#define LAUNCH_TCP_TO_PROXY_ONLY 4u
#define LAUNCH_CONTAINED 8u

struct launch_spec {
    char *hostname;
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    char *user;
    struct mount_spec *mounts; /* parents before what is beneath them */
    size_t mount_count;
    struct file_spec *files;
    size_t file_count;
    struct texts read_only;
    struct texts read_write;
    uint8_t landlock_mode;
    const char *control_path; /* where the launcher found the supervisor; does not come with the message */
};

/* The spec points into the payload, which must stay. */
bool spec_decode_launch(struct bytes payload, struct launch_spec *spec, struct problem *problem);

struct spawn_spec {
    uint32_t id;
    struct texts arguments;
    struct texts environment;
    char *directory;
    uint8_t terminal;
    uint32_t rows;
    uint32_t columns;
};

bool spec_decode_spawn(const struct frame *frame, struct spawn_spec *spec, struct problem *problem);
void spec_release_spawn(struct spawn_spec *spec);

struct signal_spec {
    uint32_t id;
    uint32_t signal;
};
bool spec_decode_signal(struct bytes payload, struct signal_spec *spec, struct problem *problem);

struct resize_spec {
    uint32_t id;
    uint32_t rows;
    uint32_t columns;
};
bool spec_decode_resize(struct bytes payload, struct resize_spec *spec, struct problem *problem);

/* One end of a connection; addresses are kept as IPv4, also when they came IPv4-mapped. */
struct endpoint {
    uint8_t address[16];
    uint8_t length; /* 4 or 16 */
    uint16_t port;
};

struct identify_spec {
    uint32_t id;
    struct endpoint agent;
    struct endpoint proxy;
};
bool spec_decode_identify(struct bytes payload, struct identify_spec *spec, struct problem *problem);

struct open_exe_spec {
    uint32_t id;
    uint32_t pid;
    uint64_t start_time;
};
bool spec_decode_open_exe(struct bytes payload, struct open_exe_spec *spec, struct problem *problem);

struct resolve_spec {
    uint32_t id;
    struct texts paths;
};
bool spec_decode_resolve(struct bytes payload, struct resolve_spec *spec, struct problem *problem);
void spec_release_resolve(struct resolve_spec *spec);

struct start_spec {
    uint32_t id;
    char *control_path;
};
bool spec_decode_start(struct bytes payload, struct start_spec *spec, struct problem *problem);

/* True when root and network are those of a container. */
bool spec_is_contained(const struct launch_spec *spec);

/* True when a read-write path of the spec is this path or above it. */
bool spec_may_write(const struct launch_spec *spec, const char *path);

/* True when Landlock is to have a rule for exactly this path. */
bool spec_guards(const struct launch_spec *spec, const char *path);

/* True for "/a/b": absolute, no empty, "." or ".." component, no trailing slash, at most 4096 bytes; or "/". */
bool spec_is_plain_path(const char *path);

/* True when `path` is `directory` or lies beneath it; both plain paths. */
bool spec_is_beneath(const char *path, const char *directory);

#endif
