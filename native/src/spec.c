#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LENGTH 4096u
#define MODE_MAX 0777u
#define SIGNAL_MAX 64u
#define LAUNCH_FLAGS                                                                                                   \
    (LAUNCH_HARD_REQUIREMENT | LAUNCH_OUTLIVES_SUPERVISOR | LAUNCH_TCP_TO_PROXY_ONLY | LAUNCH_CONTAINED)
#define TERMINAL_MAX 65535u
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool bad(struct problem *problem, const char *name, const char *value, const char *expected)
{
    (void)snprintf(problem->text, sizeof problem->text, "%s: %.40s (expected: %s)", name, value, expected);
    return false;
}

bool spec_is_plain_path(const char *path)
{
    size_t length = strlen(path);
    if (path[0] != '/' || length > PATH_MAX_LENGTH) {
        return false;
    }
    if (length == 1) {
        return true;
    }
    for (const char *part = path; *part == '/';) {
        part++;
        size_t size = strcspn(part, "/");
        if (size == 0 || (size == 1 && part[0] == '.') || (size == 2 && part[0] == '.' && part[1] == '.')) {
            return false;
        }
        part += size;
    }
    return true;
}

bool spec_is_beneath(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    if (length == 1) {
        return true;
    }
    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool holds(const struct texts *paths, const char *path)
{
    for (size_t index = 0; index < paths->count; index++) {
        if (strcmp(paths->items[index], path) == 0) {
            return true;
        }
    }
    return false;
}

bool spec_is_contained(const struct launch_spec *spec)
{
    return (spec->flags & LAUNCH_CONTAINED) != 0;
}

bool spec_may_write(const struct launch_spec *spec, const char *path)
{
    for (size_t index = 0; index < spec->read_write.count; index++) {
        if (spec_is_beneath(path, spec->read_write.items[index])) {
            return true;
        }
    }
    return false;
}

bool spec_guards(const struct launch_spec *spec, const char *path)
{
    return holds(&spec->read_only, path) || holds(&spec->read_write, path);
}

static bool take_mount(struct bytes value, void *record, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U8, true, offsetof(struct mount_spec, kind), NULL},
        {2, FIELD_TEXT, true, offsetof(struct mount_spec, path), NULL},
        {3, FIELD_TEXT, false, offsetof(struct mount_spec, source), NULL},
        {4, FIELD_U8, false, offsetof(struct mount_spec, optional), NULL},
    };
    struct launch_spec *spec = record;
    struct mount_spec mount = {0};
    if (!wire_decode(value, rules, COUNT(rules), &mount, problem)) {
        return false;
    }
    if (mount.kind < MOUNT_READ_ONLY || mount.kind > MOUNT_DIRECTORY) {
        return bad(problem, "mount kind", mount.path, "1 to 5");
    }
    if (mount.optional > 1) {
        return bad(problem, "mount optional", mount.path, "0 or 1");
    }
    if (!spec_is_plain_path(mount.path) || (mount.kind != MOUNT_READ_ONLY && mount.path[1] == '\0')) {
        return bad(problem, "mount path", mount.path, "absolute and normal, / only read-only");
    }
    if (mount.kind <= MOUNT_WORKDIR && mount.source == NULL) {
        if (mount.kind == MOUNT_WORKDIR) {
            return bad(problem, "mount source", mount.path, "a directory of the host");
        }
        mount.source = mount.path;
    }
    if (mount.kind <= MOUNT_WORKDIR && !spec_is_plain_path(mount.source)) {
        return bad(problem, "mount source", mount.source, "absolute and normal");
    }
    if (spec->mount_count == SPEC_MAX_MOUNTS) {
        return bad(problem, "mounts", mount.path, "at most 1024");
    }
    struct mount_spec *grown = wire_append(spec->mounts, spec->mount_count, sizeof mount, &mount);
    if (grown == NULL) {
        return bad(problem, "mounts", mount.path, "memory");
    }
    spec->mounts = grown;
    spec->mount_count++;
    return true;
}

static bool take_file(struct bytes value, void *record, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_TEXT, true, offsetof(struct file_spec, path), NULL},
        {2, FIELD_U32, true, offsetof(struct file_spec, mode), NULL},
        {3, FIELD_BYTES, true, offsetof(struct file_spec, content), NULL},
    };
    struct launch_spec *spec = record;
    struct file_spec file = {0};
    if (!wire_decode(value, rules, COUNT(rules), &file, problem)) {
        return false;
    }
    if (!spec_is_plain_path(file.path) || file.path[1] == '\0') {
        return bad(problem, "file path", file.path, "absolute and normal");
    }
    if (file.mode > MODE_MAX) {
        return bad(problem, "file mode", file.path, "at most 0777");
    }
    if (spec->file_count == SPEC_MAX_FILES) {
        return bad(problem, "files", file.path, "at most 1024");
    }
    struct file_spec *grown = wire_append(spec->files, spec->file_count, sizeof file, &file);
    if (grown == NULL) {
        return bad(problem, "files", file.path, "memory");
    }
    spec->files = grown;
    spec->file_count++;
    return true;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct mount_spec *)left)->path, ((const struct mount_spec *)right)->path);
}

/* A prefix sorts before what it is a prefix of, so parents come first. */
static bool order_mounts(struct launch_spec *spec, struct problem *problem)
{
    if (spec->mount_count > 1) {
        qsort(spec->mounts, spec->mount_count, sizeof spec->mounts[0], by_path);
    }
    for (size_t index = 0; index < spec->mount_count; index++) {
        const struct mount_spec *mount = &spec->mounts[index];
        if (index > 0 && strcmp(spec->mounts[index - 1].path, mount->path) == 0) {
            return bad(problem, "mount path", mount->path, "once");
        }
        if (spec_is_contained(spec) && mount->kind != MOUNT_DIRECTORY) {
            return bad(problem, "mount kind", mount->path, "5 with bit 3 of flags: the engine makes the others");
        }
    }
    return true;
}

static bool are_plain_paths(const struct texts *paths, struct problem *problem)
{
    if (paths->count > SPEC_MAX_PATHS) {
        return bad(problem, "landlock paths", paths->items[0], "at most 4096 of each kind");
    }
    for (size_t index = 0; index < paths->count; index++) {
        if (!spec_is_plain_path(paths->items[index])) {
            return bad(problem, "landlock path", paths->items[index], "absolute and normal");
        }
    }
    return true;
}

/* A rule that lets "/" be written would leave nothing for Landlock to guard. */
static bool are_narrow(const struct texts *paths, struct problem *problem)
{
    for (size_t index = 0; index < paths->count; index++) {
        if (paths->items[index][1] == '\0') {
            return bad(problem, "landlock path", paths->items[index], "a read-write path narrower than /");
        }
    }
    return true;
}

static bool is_hostname(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

bool spec_decode_launch(struct bytes payload, struct launch_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_TEXT, true, offsetof(struct launch_spec, hostname), NULL},
        {2, FIELD_U32, true, offsetof(struct launch_spec, flags), NULL},
        {3, FIELD_U32, true, offsetof(struct launch_spec, uid), NULL},
        {4, FIELD_U32, true, offsetof(struct launch_spec, gid), NULL},
        {5, FIELD_TEXT, true, offsetof(struct launch_spec, user), NULL},
        {10, FIELD_NESTED, false, 0, take_mount},
        {11, FIELD_NESTED, false, 0, take_file},
        {20, FIELD_TEXTS, false, offsetof(struct launch_spec, read_only), NULL},
        {21, FIELD_TEXTS, false, offsetof(struct launch_spec, read_write), NULL},
        {30, FIELD_U8, true, offsetof(struct launch_spec, landlock_mode), NULL},
    };
    *spec = (struct launch_spec){0};
    if (!wire_decode(payload, rules, COUNT(rules), spec, problem)) {
        return false;
    }
    if (!is_hostname(spec->hostname)) {
        return bad(problem, "hostname", spec->hostname, "1 to 64 letters, digits, -, _ and .");
    }
    if ((spec->flags & ~LAUNCH_FLAGS) != 0) {
        return bad(problem, "flags", "unknown bit", "bits 0 to 3");
    }
    if (spec->uid == 0 || spec->gid == 0 || spec->uid == UINT32_MAX || spec->gid == UINT32_MAX) {
        return bad(problem, "uid or gid", "0 or 4294967295", "1 to 4294967294");
    }
    if (spec->landlock_mode > LANDLOCK_OFF) {
        return bad(problem, "landlock mode", "unknown", "0, 1 or 2");
    }
    bool hard = spec->landlock_mode == LANDLOCK_HARD_REQUIREMENT;
    if (spec->landlock_mode != LANDLOCK_OFF && hard != ((spec->flags & LAUNCH_HARD_REQUIREMENT) != 0)) {
        return bad(problem, "landlock mode", hard ? "1" : "0", "the same as bit 0 of flags");
    }
    if (spec->landlock_mode == LANDLOCK_OFF && spec->read_only.count + spec->read_write.count > 0) {
        return bad(problem, "landlock mode", "2", "no landlock paths with it");
    }
    if ((spec->flags & LAUNCH_TCP_TO_PROXY_ONLY) != 0 && spec->read_only.count + spec->read_write.count == 0) {
        return bad(problem, "flags", "bit 2", "landlock paths with it");
    }
    return are_plain_paths(&spec->read_only, problem) && are_plain_paths(&spec->read_write, problem) &&
           are_narrow(&spec->read_write, problem) && order_mounts(spec, problem);
}

bool spec_decode_spawn(const struct frame *frame, struct spawn_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct spawn_spec, id), NULL},
        {2, FIELD_TEXTS, true, offsetof(struct spawn_spec, arguments), NULL},
        {3, FIELD_TEXTS, false, offsetof(struct spawn_spec, environment), NULL},
        {4, FIELD_TEXT, true, offsetof(struct spawn_spec, directory), NULL},
        {5, FIELD_U8, false, offsetof(struct spawn_spec, terminal), NULL},
        {6, FIELD_U32, false, offsetof(struct spawn_spec, rows), NULL},
        {7, FIELD_U32, false, offsetof(struct spawn_spec, columns), NULL},
    };
    *spec = (struct spawn_spec){0};
    if (!wire_decode(frame->payload, rules, COUNT(rules), spec, problem)) {
        return false;
    }
    if (spec->terminal > 1 || spec->rows > TERMINAL_MAX || spec->columns > TERMINAL_MAX) {
        return bad(problem, "terminal", "out of range", "0 or 1, rows and columns at most 65535");
    }
    if (frame->descriptor_count != (spec->terminal ? 0u : FRAME_MAX_DESCRIPTORS)) {
        return bad(problem, "descriptors", "wrong number", "3, or 0 with a terminal");
    }
    for (size_t index = 0; index < spec->environment.count; index++) {
        const char *entry = spec->environment.items[index];
        if (entry[0] == '=' || strchr(entry, '=') == NULL) {
            return bad(problem, "environment", "no name", "NAME=VALUE");
        }
    }
    return true;
}

void spec_release_spawn(struct spawn_spec *spec)
{
    free(spec->arguments.items);
    free(spec->environment.items);
    *spec = (struct spawn_spec){0};
}

bool spec_decode_signal(struct bytes payload, struct signal_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct signal_spec, id), NULL},
        {2, FIELD_U32, true, offsetof(struct signal_spec, signal), NULL},
    };
    *spec = (struct signal_spec){0};
    if (!wire_decode(payload, rules, COUNT(rules), spec, problem)) {
        return false;
    }
    if (spec->signal == 0 || spec->signal > SIGNAL_MAX) {
        return bad(problem, "signal", "out of range", "1 to 64");
    }
    return true;
}

bool spec_decode_resize(struct bytes payload, struct resize_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct resize_spec, id), NULL},
        {2, FIELD_U32, true, offsetof(struct resize_spec, rows), NULL},
        {3, FIELD_U32, true, offsetof(struct resize_spec, columns), NULL},
    };
    *spec = (struct resize_spec){0};
    if (!wire_decode(payload, rules, COUNT(rules), spec, problem)) {
        return false;
    }
    if (spec->rows > TERMINAL_MAX || spec->columns > TERMINAL_MAX) {
        return bad(problem, "terminal", "out of range", "rows and columns at most 65535");
    }
    return true;
}

static bool take_endpoint(struct bytes address, uint32_t port, struct endpoint *endpoint, struct problem *problem)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (port == 0 || port > UINT16_MAX || (address.length != 4 && address.length != 16)) {
        return bad(problem, "endpoint", "out of range", "4 or 16 bytes, port 1 to 65535");
    }
    if (address.length == 16 && memcmp(address.data, mapped, sizeof mapped) == 0) {
        address = (struct bytes){address.data + sizeof mapped, 4};
    }
    memcpy(endpoint->address, address.data, address.length);
    endpoint->length = (uint8_t)address.length;
    endpoint->port = (uint16_t)port;
    return true;
}

bool spec_decode_identify(struct bytes payload, struct identify_spec *spec, struct problem *problem)
{
    struct tuple {
        uint32_t id;
        struct bytes agent;
        uint32_t agent_port;
        struct bytes proxy;
        uint32_t proxy_port;
    } tuple = {0};
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct tuple, id), NULL},
        {2, FIELD_BYTES, true, offsetof(struct tuple, agent), NULL},
        {3, FIELD_U32, true, offsetof(struct tuple, agent_port), NULL},
        {4, FIELD_BYTES, true, offsetof(struct tuple, proxy), NULL},
        {5, FIELD_U32, true, offsetof(struct tuple, proxy_port), NULL},
    };
    *spec = (struct identify_spec){0};
    if (!wire_decode(payload, rules, COUNT(rules), &tuple, problem)) {
        return false;
    }
    spec->id = tuple.id;
    if (!take_endpoint(tuple.agent, tuple.agent_port, &spec->agent, problem) ||
        !take_endpoint(tuple.proxy, tuple.proxy_port, &spec->proxy, problem)) {
        return false;
    }
    return spec->agent.length == spec->proxy.length || bad(problem, "endpoint", "mixed", "one address family");
}

bool spec_decode_open_exe(struct bytes payload, struct open_exe_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct open_exe_spec, id), NULL},
        {2, FIELD_U32, true, offsetof(struct open_exe_spec, pid), NULL},
        {3, FIELD_U64, true, offsetof(struct open_exe_spec, start_time), NULL},
    };
    *spec = (struct open_exe_spec){0};
    return wire_decode(payload, rules, COUNT(rules), spec, problem);
}

bool spec_decode_resolve(struct bytes payload, struct resolve_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct resolve_spec, id), NULL},
        {2, FIELD_TEXTS, false, offsetof(struct resolve_spec, paths), NULL},
    };
    *spec = (struct resolve_spec){0};
    return wire_decode(payload, rules, COUNT(rules), spec, problem);
}

void spec_release_resolve(struct resolve_spec *spec)
{
    free(spec->paths.items);
    *spec = (struct resolve_spec){0};
}

bool spec_decode_start(struct bytes payload, struct start_spec *spec, struct problem *problem)
{
    static const struct field_rule rules[] = {
        {1, FIELD_U32, true, offsetof(struct start_spec, id), NULL},
        {2, FIELD_TEXT, true, offsetof(struct start_spec, control_path), NULL},
    };
    *spec = (struct start_spec){0};
    return wire_decode(payload, rules, COUNT(rules), spec, problem);
}
