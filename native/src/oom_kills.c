#include "oom_kills.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whoever came within this part of a limit has run into it: memory is counted in batches. */
#define NEAR 8

/* The largest is the list of groups, with one line for each of a dozen controllers. */
#define FILE_MAX 8192

/* What a file holds, cut at FILE_MAX. False when it cannot be read. */
static bool read_text(char text[FILE_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool read_text(char text[FILE_MAX], const char *format, ...)
{
    char path[PATH_MAX];
    va_list parts;
    va_start(parts, format);
    int length = vsnprintf(path, sizeof path, format, parts);
    va_end(parts);
    int fd = length < (int)sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return false;
    }
    ssize_t count;
    do {
        count = read(fd, text, FILE_MAX - 1);
    } while (count < 0 && errno == EINTR);
    (void)close(fd);
    text[count < 0 ? 0 : count] = '\0';
    return count >= 0;
}

/* The number behind a name at the beginning of a line; 0 when there is none. */
static uint64_t counted(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ') {
            return strtoull(line + length + 1, NULL, 10);
        }
    }
    return 0;
}

/* Version 2: the group of the line "0::PATH", which is / for a container that has a namespace of groups. */
static bool unified(const char *mount, const char *membership, uint64_t *kills)
{
    static const char prefix[] = "0::";
    char groups[FILE_MAX];
    char events[FILE_MAX];
    if (!read_text(groups, "%s", membership)) {
        return false;
    }
    char *line = strncmp(groups, prefix, strlen(prefix)) == 0 ? groups : strstr(groups, "\n0::");
    char *path = line == NULL ? NULL : strchr(line, '/');
    if (path == NULL) {
        return false;
    }
    path[strcspn(path, "\n")] = '\0';
    if (!read_text(events, "%s%s/memory.events", mount, path)) {
        return false;
    }
    *kills = counted(events, "oom") > 0 ? counted(events, "oom_kill") : 0;
    return true;
}

/* Version 1: an engine mounts the container's own group. What failed is no longer counted by newer kernels. */
static uint64_t divided(const char *mount)
{
    char limit[FILE_MAX];
    char most[FILE_MAX];
    char control[FILE_MAX];
    if (!read_text(limit, "%s/memory/memory.limit_in_bytes", mount) ||
        !read_text(most, "%s/memory/memory.max_usage_in_bytes", mount) ||
        !read_text(control, "%s/memory/memory.oom_control", mount)) {
        return 0;
    }
    uint64_t bytes = strtoull(limit, NULL, 10);
    return strtoull(most, NULL, 10) > bytes - bytes / NEAR ? counted(control, "oom_kill") : 0;
}

uint64_t oom_kills_in(const char *mount, const char *membership)
{
    uint64_t kills;
    return unified(mount, membership, &kills) ? kills : divided(mount);
}

uint64_t oom_kills(void)
{
    return oom_kills_in("/sys/fs/cgroup", "/proc/self/cgroup");
}
