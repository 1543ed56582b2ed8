#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define STAT_SIZE 1024
#define STATUS_SIZE 512 /* the beginning of it */
#define START_TIME_FIELD 22
#define PARENT_FIELD 4
#define SOCKET_LINK "socket:["
#define DELETED_MARK " (deleted)"
#define NANOSECONDS 1000000000ull

static void proc_path(char path[64], pid_t pid, const char *file)
{
    (void)snprintf(path, 64, "/proc/%d/%s", (int)pid, file);
}

static ssize_t read_proc(pid_t pid, const char *file, char *buffer, size_t size)
{
    char path[64];
    proc_path(path, pid, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    size_t have = 0;
    ssize_t count = 1;
    while (have < size && count > 0) {
        count = read(fd, buffer + have, size - have);
        have += count > 0 ? (size_t)count : 0;
    }
    int error = errno;
    (void)close(fd);
    errno = error;
    return count < 0 ? -1 : (ssize_t)have;
}

enum transport process_transport(pid_t thread, int fd)
{
    static const struct {
        const char *prefix;
        enum transport transport;
    } known[] = {
        {"TCP", TRANSPORT_TCP}, {"MPTCP", TRANSPORT_TCP}, {"UDP", TRANSPORT_UDP}, {"UNIX", TRANSPORT_NONE}};
    char path[64];
    char file[32];
    char target[sizeof SOCKET_LINK] = "";
    char name[32] = "";
    (void)snprintf(file, sizeof file, "fd/%d", fd);
    proc_path(path, thread, file);
    /* Of anything but a socket the file system would be asked, which may be slow. */
    if (readlink(path, target, sizeof target - 1) < 0 || strcmp(target, SOCKET_LINK) != 0) {
        return TRANSPORT_NONE;
    }
    /* The kernel's name of the protocol, as lsof shows it. */
    if (getxattr(path, "system.sockprotoname", name, sizeof name - 1) < 0) {
        return TRANSPORT_OTHER;
    }
    for (size_t index = 0; index < sizeof known / sizeof known[0]; index++) {
        if (strncmp(name, known[index].prefix, strlen(known[index].prefix)) == 0) {
            return known[index].transport;
        }
    }
    return TRANSPORT_OTHER;
}

int process_of_thread(pid_t thread, pid_t *process)
{
    static const char field[] = "\nTgid:";
    char text[STATUS_SIZE];
    ssize_t length = read_proc(thread, "status", text, sizeof text - 1);
    if (length < 0) {
        return errno;
    }
    text[length] = '\0';
    const char *at = strstr(text, field);
    *process = at == NULL ? 0 : (pid_t)strtol(at + strlen(field), NULL, 10);
    return *process > 0 ? 0 : EBADMSG;
}

/* A numeric field of /proc/PID/stat. The name in parentheses may itself hold anything, so count from its end. */
static int stat_field(pid_t pid, int number, uint64_t *value)
{
    char text[STAT_SIZE];
    ssize_t length = read_proc(pid, "stat", text, sizeof text - 1);
    if (length < 0) {
        return errno;
    }
    text[length] = '\0';
    const char *at = strrchr(text, ')');
    if (at == NULL) {
        return EBADMSG;
    }
    for (int field = 2; field < number; field++) {
        at = strchr(at + 1, ' ');
        if (at == NULL) {
            return EBADMSG;
        }
    }
    char *end;
    errno = 0;
    *value = strtoull(at + 1, &end, 10);
    return errno != 0 || end == at + 1 ? EBADMSG : 0;
}

int process_start_time(pid_t pid, uint64_t *start_time)
{
    return stat_field(pid, START_TIME_FIELD, start_time);
}

int process_parent(pid_t pid, pid_t *parent)
{
    uint64_t value = 0;
    int error = stat_field(pid, PARENT_FIELD, &value);
    *parent = (pid_t)value;
    return error;
}

int process_executable(pid_t pid, struct executable *executable)
{
    char path[64];
    proc_path(path, pid, "exe");
    ssize_t length = readlink(path, executable->path, sizeof executable->path - 1);
    if (length < 0) {
        return errno;
    }
    if ((size_t)length == sizeof executable->path - 1) {
        return ENAMETOOLONG;
    }
    executable->path[length] = '\0';
    if (stat(path, &executable->file) != 0) {
        return errno;
    }
    /* The mark is the kernel's only when no file is really named like that. */
    size_t mark = strlen(DELETED_MARK);
    struct stat raw;
    executable->deleted = (size_t)length > mark && strcmp(executable->path + length - mark, DELETED_MARK) == 0 &&
                          lstat(executable->path, &raw) != 0;
    if (executable->deleted) {
        executable->path[(size_t)length - mark] = '\0';
    }
    return 0;
}

int process_open_executable(pid_t pid, uint64_t start_time)
{
    char path[64];
    proc_path(path, pid, "exe");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return -1;
    }
    uint64_t now = 0;
    int error = process_start_time(pid, &now);
    if (error == 0 && now != start_time) {
        error = ESRCH;
    }
    if (error != 0) {
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

size_t process_command_line(pid_t pid, char *buffer, size_t size)
{
    ssize_t length = read_proc(pid, "cmdline", buffer, size);
    return length < 0 ? 0 : (size_t)length;
}

static uint64_t nanoseconds(struct timespec time)
{
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

void process_put_executable(struct writer *writer, uint16_t tag, const char *path, bool deleted,
                            const struct stat *file)
{
    size_t mark = wire_begin(writer, tag);
    wire_put_text(writer, 1, path == NULL ? "" : path);
    wire_put_u8(writer, 2, deleted);
    wire_put_u64(writer, 3, file->st_dev);
    wire_put_u64(writer, 4, file->st_ino);
    wire_put_u64(writer, 5, (uint64_t)file->st_size);
    wire_put_u64(writer, 6, nanoseconds(file->st_mtim));
    wire_put_u64(writer, 7, nanoseconds(file->st_ctim));
    wire_end(writer, mark);
}
