/* Decodes a frame as the launcher would, and reads everything that came out of it. */
#ifndef OPENSHELL_DECODED_H
#define OPENSHELL_DECODED_H

#include <stdlib.h>
#include <string.h>

#include "resume.h"
#include "spec.h"

#define EXPECT(condition)                                                                                             \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            abort();                                                                                                  \
        }                                                                                                             \
    } while (0)

/* What the bytes are is of no interest; that they can be read is. */
static volatile uint8_t sink;

static inline void see_bytes(struct bytes bytes)
{
    for (size_t index = 0; index < bytes.length; index++) {
        sink ^= bytes.data[index];
    }
}

/* A second opinion on spec_is_plain_path(). */
static inline bool is_plain(const char *path)
{
    size_t length = strlen(path);
    const char *last = strrchr(path, '/');
    return path[0] == '/' && strstr(path, "//") == NULL && strstr(path, "/./") == NULL && strstr(path, "/../") == NULL &&
           (length == 1 || (last[1] != '\0' && strcmp(last, "/.") != 0 && strcmp(last, "/..") != 0));
}

static inline void see_texts(const struct texts *texts)
{
    EXPECT(texts->count <= WIRE_MAX_TEXTS);
    for (size_t index = 0; index < texts->count; index++) {
        sink ^= (uint8_t)strlen(texts->items[index]);
    }
    EXPECT(texts->items == NULL || texts->items[texts->count] == NULL);
}

/* The launcher never does this: the spec stays for as long as it runs. */
static inline void release_launch(struct launch_spec *spec)
{
    free(spec->mounts);
    free(spec->files);
    free(spec->read_only.items);
    free(spec->read_write.items);
}

static inline void see_launch(struct bytes payload)
{
    struct launch_spec spec;
    struct problem problem = {""};
    if (spec_decode_launch(payload, &spec, &problem)) {
        EXPECT(spec.uid != 0 && spec.gid != 0 && strlen(spec.hostname) <= 64);
        EXPECT(spec.mount_count <= SPEC_MAX_MOUNTS && spec.file_count <= SPEC_MAX_FILES);
        sink ^= (uint8_t)strlen(spec.user);
        for (size_t index = 0; index < spec.mount_count; index++) {
            EXPECT(is_plain(spec.mounts[index].path));
            EXPECT(spec.mounts[index].source == NULL || strlen(spec.mounts[index].source) < WIRE_MAX_PAYLOAD);
        }
        for (size_t index = 0; index < spec.file_count; index++) {
            EXPECT(is_plain(spec.files[index].path) && spec.files[index].mode <= 0777);
            see_bytes(spec.files[index].content);
        }
    } else {
        EXPECT(problem.text[0] != '\0' && strlen(problem.text) < sizeof problem.text);
    }
    see_texts(&spec.read_only);
    see_texts(&spec.read_write);
    for (size_t index = 0; problem.text[0] == '\0' && index < spec.read_write.count; index++) {
        EXPECT(is_plain(spec.read_write.items[index]));
    }
    release_launch(&spec);
}

static inline void see_spawn(const struct frame *frame)
{
    struct spawn_spec spec;
    struct problem problem = {""};
    if (spec_decode_spawn(frame, &spec, &problem)) {
        EXPECT(spec.arguments.count > 0 && spec.terminal <= 1);
        EXPECT(frame->descriptor_count == (spec.terminal ? 0 : FRAME_MAX_DESCRIPTORS));
        sink ^= (uint8_t)strlen(spec.directory);
    } else {
        EXPECT(problem.text[0] != '\0');
    }
    see_texts(&spec.arguments);
    see_texts(&spec.environment);
    spec_release_spawn(&spec);
}

static inline void see_resolve(struct bytes payload)
{
    struct resolve_spec spec;
    struct problem problem = {""};
    EXPECT(spec_decode_resolve(payload, &spec, &problem) || problem.text[0] != '\0');
    see_texts(&spec.paths);
    spec_release_resolve(&spec);
}

/* The last frame that was kept stays until the next one. */
static inline void see_keep(struct frame *frame)
{
    static struct resume resume;
    struct problem problem = {""};
    EXPECT(resume_keep(&resume, frame, &problem) || problem.text[0] != '\0');
    EXPECT(resume.state.length <= RESUME_MAX_STATE);
    see_bytes(resume.state);
}

static inline void see_small(const struct frame *frame)
{
    union {
        struct signal_spec signal;
        struct resize_spec resize;
        struct identify_spec identify;
        struct open_exe_spec open_exe;
        struct start_spec start;
    } spec;
    struct problem problem = {""};
    switch (frame->type) {
    case FRAME_SIGNAL:
        EXPECT(!spec_decode_signal(frame->payload, &spec.signal, &problem) ||
               (spec.signal.signal >= 1 && spec.signal.signal <= 64));
        break;
    case FRAME_RESIZE:
        EXPECT(!spec_decode_resize(frame->payload, &spec.resize, &problem) ||
               (spec.resize.rows <= UINT16_MAX && spec.resize.columns <= UINT16_MAX));
        break;
    case FRAME_IDENTIFY:
        EXPECT(!spec_decode_identify(frame->payload, &spec.identify, &problem) ||
               (spec.identify.agent.length == spec.identify.proxy.length &&
                (spec.identify.agent.length == 4 || spec.identify.agent.length == 16)));
        break;
    case FRAME_OPEN_EXE:
        (void)spec_decode_open_exe(frame->payload, &spec.open_exe, &problem);
        break;
    case FRAME_START:
        EXPECT(!spec_decode_start(frame->payload, &spec.start, &problem) || strlen(spec.start.control_path) < SIZE_MAX);
        break;
    default:
        break;
    }
}

static inline void see_frame(struct frame *frame)
{
    switch (frame->type) {
    case FRAME_LAUNCH:
        see_launch(frame->payload);
        break;
    case FRAME_SPAWN:
        see_spawn(frame);
        break;
    case FRAME_RESOLVE:
        see_resolve(frame->payload);
        break;
    case FRAME_KEEP:
        see_keep(frame);
        break;
    default:
        see_small(frame);
    }
}

#endif
