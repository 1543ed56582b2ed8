/*
 * Facts about one process of the sandbox, from /proc of the sandbox's own pid namespace. Functions
 * return 0 or an errno; ENOENT or ESRCH when the process is gone.
 */
#ifndef OPENSHELL_PROCESS_H
#define OPENSHELL_PROCESS_H

#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "wire.h"

/* A running executable: the path to show, and the file behind it. */
struct executable {
    char path[PATH_MAX];
    bool deleted;
    struct stat file;
};

/* What a socket speaks. */
enum transport {
    TRANSPORT_NONE, /* not an internet socket */
    TRANSPORT_TCP,
    TRANSPORT_UDP,
    TRANSPORT_OTHER,
};

/*
 * By a thread's descriptor. Takes no reference to the file: giving it back could be the last close, and block for as
 * long as the agent wants (SO_LINGER).
 */
enum transport process_transport(pid_t thread, int fd);

/* The process that a thread belongs to. */
int process_of_thread(pid_t thread, pid_t *process);

int process_start_time(pid_t pid, uint64_t *start_time);
int process_parent(pid_t pid, pid_t *parent);

/* By /proc/PID/exe: the live object, also when its path now leads to another file. */
int process_executable(pid_t pid, struct executable *executable);

/* Opens the live executable for reading, if the process is still the one that started then. -1 and errno. */
int process_open_executable(pid_t pid, uint64_t start_time);

/* Reads as much of the command line as fits; returns its length. */
size_t process_command_line(pid_t pid, char *buffer, size_t size);

/* Writes the fields of an executable (path may be NULL) as nested field `tag`. */
void process_put_executable(struct writer *writer, uint16_t tag, const char *path, bool deleted,
                            const struct stat *file);

#endif
