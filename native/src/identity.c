#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "sockets.h"
#include "syscalls.h"

#define MAX_ANCESTORS 64
#define MAX_PATHS 64
#define COMMAND_LINE_SIZE 65536
#define ATTEMPTS 3

/* An owner or one of its ancestors. */
struct link {
    pid_t pid;
    struct executable executable;
    uint64_t start_time;
    bool known; /* false: its executable cannot be read, so it grants nothing */
};

/* A process and its ancestors, nearest first; big, so there is one of it. */
struct lineage {
    struct link links[1 + MAX_ANCESTORS];
    size_t count;
};

/*
 * Follows the parents up to the first process of the sandbox, which is the launcher. A parent that dies
 * meanwhile may leave its number to another process, so the child must still name it afterwards: EAGAIN if not.
 */
static int collect_ancestors(struct lineage *lineage)
{
    while (lineage->count < 1 + MAX_ANCESTORS) {
        pid_t child = lineage->links[lineage->count - 1].pid;
        pid_t parent = 0;
        pid_t again = 0;
        int error = process_parent(child, &parent);
        if (error != 0) {
            return EAGAIN;
        }
        if (parent <= 1) {
            return 0;
        }
        struct link *link = &lineage->links[lineage->count];
        link->pid = parent;
        link->known = process_start_time(parent, &link->start_time) == 0 &&
                      process_executable(parent, &link->executable) == 0;
        if (process_parent(child, &again) != 0 || again != parent) {
            return EAGAIN;
        }
        lineage->count++;
    }
    return 0;
}

/* EAGAIN when the process changed under our eyes. */
static int collect_once(pid_t pid, struct lineage *lineage)
{
    struct link *own = &lineage->links[0];
    int error = process_start_time(pid, &own->start_time);
    if (error != 0) {
        return error;
    }
    own->pid = pid;
    own->known = true;
    lineage->count = 1;
    error = process_executable(pid, &own->executable);
    if (error == 0) {
        error = collect_ancestors(lineage);
    }
    uint64_t now = 0;
    if (error == 0 && (process_start_time(pid, &now) != 0 || now != own->start_time)) {
        error = EAGAIN;
    }
    return error;
}

static int collect(pid_t pid, struct lineage *lineage)
{
    int error = EAGAIN;
    for (int attempt = 0; attempt < ATTEMPTS && error == EAGAIN; attempt++) {
        error = collect_once(pid, lineage);
    }
    return error;
}

static bool is_executable_of(const struct lineage *lineage, const char *path)
{
    for (size_t index = 0; index < lineage->count; index++) {
        if (lineage->links[index].known && strcmp(lineage->links[index].executable.path, path) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_among(const struct texts *paths, const char *path)
{
    for (size_t index = 0; index < paths->count; index++) {
        if (strcmp(paths->items[index], path) == 0) {
            return true;
        }
    }
    return false;
}

/* Absolute paths on the command lines: for logs and reasons only, they never grant anything. */
static void put_command_paths(const struct lineage *lineage, struct writer *answer)
{
    char *items[MAX_PATHS];
    struct texts paths = {items, 0};
    char *buffer = malloc(COMMAND_LINE_SIZE + 1);
    for (size_t index = 0; buffer != NULL && index < lineage->count && paths.count < MAX_PATHS; index++) {
        size_t length = process_command_line(lineage->links[index].pid, buffer, COMMAND_LINE_SIZE);
        buffer[length] = '\0';
        for (char *at = buffer; at < buffer + length && paths.count < MAX_PATHS; at += strlen(at) + 1) {
            bool is_path = at[0] == '/' && strlen(at) < PATH_MAX;
            char *copy = is_path && !is_executable_of(lineage, at) && !is_among(&paths, at) ? strdup(at) : NULL;
            if (copy != NULL) {
                wire_put_text(answer, 5, copy);
                paths.items[paths.count++] = copy;
            }
        }
    }
    for (size_t index = 0; index < paths.count; index++) {
        free(paths.items[index]);
    }
    free(buffer);
}

/* Fields 1 to 3, and the ancestors as fields `ancestor_tag`. */
static void put_lineage(const struct lineage *lineage, uint16_t ancestor_tag, size_t most, struct writer *writer)
{
    const struct link *own = &lineage->links[0];
    wire_put_u32(writer, 1, (uint32_t)own->pid);
    wire_put_u64(writer, 2, own->start_time);
    process_put_executable(writer, 3, own->executable.path, own->executable.deleted, &own->executable.file);
    for (size_t index = 1; index < lineage->count && index <= most; index++) {
        const struct link *link = &lineage->links[index];
        if (!link->known) {
            continue;
        }
        size_t ancestor = wire_begin(writer, ancestor_tag);
        wire_put_u32(writer, 1, (uint32_t)link->pid);
        process_put_executable(writer, 2, link->executable.path, link->executable.deleted, &link->executable.file);
        wire_put_u64(writer, 3, link->start_time);
        wire_end(writer, ancestor);
    }
}

static void put_owner(const struct lineage *lineage, struct writer *answer)
{
    size_t owner = wire_begin(answer, 10);
    put_lineage(lineage, 4, MAX_ANCESTORS, answer);
    put_command_paths(lineage, answer);
    wire_end(answer, owner);
}

void identity_put_caller(pid_t thread, size_t ancestors, struct writer *writer)
{
    static struct lineage lineage;
    pid_t process = thread;
    int error = process_of_thread(thread, &process);
    if (error == 0) {
        error = collect(process, &lineage);
    }
    if (error == 0) {
        put_lineage(&lineage, 10, ancestors, writer);
        return;
    }
    static const struct stat nothing;
    wire_put_u32(writer, 1, (uint32_t)process);
    wire_put_u64(writer, 2, 0);
    process_put_executable(writer, 3, NULL, false, &nothing);
}

static void put_result(struct writer *answer, enum identity_status status, const char *text, int error, uint64_t inode)
{
    wire_put_u32(answer, 2, (uint32_t)status);
    wire_put_text(answer, 3, text);
    wire_put_i32(answer, 4, error);
    wire_put_u64(answer, 5, inode);
}

/*
 * Describes every process that holds the socket. A process that ends while it is looked at (EAGAIN) makes the
 * whole picture stale.
 */
static int put_owners(uint64_t inode, struct writer *answer, size_t *count, pid_t *failed)
{
    static struct lineage lineage;
    struct owners owners;
    int error = sockets_owners(inode, &owners);
    *count = owners.count;
    *failed = owners.unreadable;
    for (size_t index = 0; error == 0 && index < owners.count && owners.count <= OWNERS_MAX; index++) {
        *failed = owners.pids[index];
        error = collect(owners.pids[index], &lineage);
        if (error == 0) {
            put_owner(&lineage, answer);
        } else if (error == ENOENT || error == ESRCH) {
            return EAGAIN;
        }
    }
    return error;
}

void identity_answer(int sock_diag, const struct identify_spec *spec, struct writer *answer)
{
    uint64_t inode = 0;
    wire_put_u32(answer, 1, spec->id);
    int error = sockets_find(sock_diag, &spec->agent, &spec->proxy, &inode);
    if (error != 0) {
        bool none = error == ENOENT;
        put_result(answer, none ? IDENTITY_NO_SOCKET : IDENTITY_ERROR,
                   none ? "no connected socket has this tuple" : "sock_diag query failed", error, 0);
        return;
    }
    struct writer owners = {0};
    size_t count = 0;
    pid_t failed = 0;
    char text[96] = "";
    error = EAGAIN;
    for (int attempt = 0; attempt < ATTEMPTS && error == EAGAIN; attempt++) {
        wire_release(&owners);
        error = put_owners(inode, &owners, &count, &failed);
    }
    if (error != 0) {
        (void)snprintf(text, sizeof text, "process %d cannot be identified", (int)failed);
        put_result(answer, IDENTITY_ERROR, text, error, inode);
    } else if (count == 0 || count > OWNERS_MAX || owners.overflow) {
        (void)snprintf(text, sizeof text, "%zu processes hold the socket (expected: 1 to %d)", count, OWNERS_MAX);
        put_result(answer, count == 0 ? IDENTITY_NO_OWNER : IDENTITY_ERROR, text, 0, inode);
    } else {
        put_result(answer, IDENTITY_OK, "", 0, inode);
        wire_put_fields(answer, &owners);
    }
    wire_release(&owners);
}

int identity_open_exe(const struct open_exe_spec *spec, struct writer *answer)
{
    struct stat file = {0};
    int fd = spec->pid > 1 && spec->pid <= INT_MAX ? process_open_executable((pid_t)spec->pid, spec->start_time) : -1;
    int error = fd >= 0 ? 0 : spec->pid > 1 && spec->pid <= INT_MAX ? errno : ESRCH;
    if (fd >= 0 && fstat(fd, &file) != 0) {
        error = errno;
        (void)close(fd);
        fd = -1;
    }
    wire_put_u32(answer, 1, spec->id);
    wire_put_u32(answer, 2, fd >= 0 ? IDENTITY_OK : IDENTITY_ERROR);
    if (fd >= 0) {
        process_put_executable(answer, 3, NULL, false, &file);
    }
    wire_put_i32(answer, 4, error);
    return fd;
}

/* The kernel follows the links, in the sandbox's root, at most 40 of them; 0 or an errno. */
static int resolve(const char *path, char resolved[PATH_MAX])
{
    struct k_open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = K_RESOLVE_NO_MAGICLINKS};
    if (path[0] != '/') {
        return EINVAL;
    }
    int fd = sys_openat2(AT_FDCWD, path, &how);
    if (fd < 0) {
        return errno;
    }
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, resolved, PATH_MAX - 1);
    int error = length < 0 ? errno : 0;
    resolved[length < 0 ? 0 : length] = '\0';
    (void)close(fd);
    return error;
}

void identity_resolve(const struct resolve_spec *spec, struct writer *answer)
{
    char resolved[PATH_MAX];
    wire_put_u32(answer, 1, spec->id);
    for (size_t index = 0; index < spec->paths.count; index++) {
        resolved[0] = '\0';
        int error = resolve(spec->paths.items[index], resolved);
        size_t mark = wire_begin(answer, 10);
        wire_put_text(answer, 1, spec->paths.items[index]);
        wire_put_u8(answer, 2, error == 0);
        wire_put_text(answer, 3, resolved);
        wire_put_i32(answer, 4, error);
        wire_end(answer, mark);
    }
}
