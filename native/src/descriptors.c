#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscalls.h"

#define HINTS 4096
#define STATUS_SIZE 4096
/* A bigger table cannot be searched one by one while a connection waits: 64 ki take about 30 ms. */
#define MAX_UNLISTED 65536

/*
 * Where a socket was seen last. A process with a thousand connections is asked about each of them again and again;
 * with this it need not be searched from the start each time. Only a hint: what it says is checked.
 */
static struct hint {
    uint64_t inode;
    pid_t pid;
    long fd;
} hints[HINTS];

/* A process or a thread of one. */
struct task {
    int directory; /* its folder in /proc */
    pid_t id;
    bool is_leader;
};

struct wanted wanted_socket(uint64_t inode)
{
    struct wanted wanted = {.inode = inode};
    wanted.length = (size_t)snprintf(wanted.text, sizeof wanted.text, "socket:[%llu]", (unsigned long long)inode);
    return wanted;
}

static bool has_gone(int error)
{
    return error == ENOENT || error == ESRCH;
}

static bool is_wanted(int table, const char *fd, const struct wanted *wanted)
{
    char target[sizeof wanted->text];
    ssize_t count = readlinkat(table, fd, target, sizeof target);
    return count == (ssize_t)wanted->length && memcmp(target, wanted->text, wanted->length) == 0;
}

static bool is_where_it_was(const struct task *task, const struct wanted *wanted)
{
    const struct hint *hint = &hints[wanted->inode % HINTS];
    char path[32];
    (void)snprintf(path, sizeof path, "fd/%ld", hint->fd);
    return hint->inode == wanted->inode && hint->pid == task->id && is_wanted(task->directory, path, wanted);
}

/* NULL and errno on failure. */
static DIR *open_directory(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
    }
    return directory;
}

/* The next entry that is a number; NULL at the end, and then an errno if it is not really the end. */
static const char *next_number(DIR *directory, int *error)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        *error = entry == NULL ? errno : 0;
        if (entry == NULL || (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')) {
            return entry == NULL ? NULL : entry->d_name;
        }
    }
}

/* How many descriptors there may be at most. 0 or an errno. */
static int table_size(int task, size_t *size)
{
    char text[STATUS_SIZE];
    int fd = openat(task, "status", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    int error = length < 0 ? errno : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (error != 0) {
        return error;
    }
    text[length] = '\0';
    const char *line = strstr(text, "\nFDSize:");
    *size = line == NULL ? 0 : strtoul(line + strlen("\nFDSize:"), NULL, 10);
    return line == NULL ? EBADMSG : *size > MAX_UNLISTED ? E2BIG : 0;
}

static int is_socket(int fd, const struct wanted *wanted, bool *holds)
{
    struct stat status;
    int error = fstat(fd, &status) == 0 ? 0 : errno;
    *holds = error == 0 && S_ISSOCK(status.st_mode) && status.st_ino == wanted->inode;
    (void)close(fd);
    return error;
}

/*
 * The descriptors of a process that is not dumpable have no list for a launcher without root: the folder belongs to
 * the machine's root. They can be asked for one by one.
 */
static int unlisted_table_holds(const struct task *task, const struct wanted *wanted, bool *holds)
{
    size_t size = 0;
    int error = table_size(task->directory, &size);
    if (error != 0 || size == 0) {
        return error;
    }
    int process = sys_pidfd_open(task->id, task->is_leader ? 0 : K_PIDFD_THREAD);
    if (process < 0) {
        return errno;
    }
    for (size_t number = 0; number < size && error == 0 && !*holds; number++) {
        int fd = sys_pidfd_getfd(process, (int)number);
        if (fd >= 0) {
            error = is_socket(fd, wanted, holds);
        } else {
            error = errno == EBADF ? 0 : errno;
        }
    }
    (void)close(process);
    return error;
}

static int listed_table_holds(const struct task *task, DIR *table, const struct wanted *wanted, bool *holds)
{
    int error = 0;
    for (const char *name = next_number(table, &error); name != NULL; name = next_number(table, &error)) {
        if (is_wanted(dirfd(table), name, wanted)) {
            hints[wanted->inode % HINTS] = (struct hint){wanted->inode, task->id, strtol(name, NULL, 10)};
            *holds = true;
            return 0;
        }
    }
    return error;
}

static int table_holds(const struct task *task, const struct wanted *wanted, bool *holds)
{
    if (is_where_it_was(task, wanted)) {
        *holds = true;
        return 0;
    }
    int error;
    DIR *table = open_directory(task->directory, "fd");
    if (table != NULL) {
        error = listed_table_holds(task, table, wanted, holds);
        (void)closedir(table);
    } else {
        error = errno == EACCES ? unlisted_table_holds(task, wanted, holds) : errno;
    }
    return has_gone(error) ? 0 : error;
}

static bool shares_table(pid_t process, pid_t thread)
{
    return syscall(SYS_kcmp, process, thread, K_KCMP_FILES, 0, 0) == 0;
}

static int thread_holds(int threads, const char *name, pid_t process, const struct wanted *wanted, bool *holds)
{
    struct task task = {.id = (pid_t)strtol(name, NULL, 10)};
    if (task.id == process || shares_table(process, task.id)) {
        return 0;
    }
    task.directory = openat(threads, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (task.directory < 0) {
        return has_gone(errno) ? 0 : errno;
    }
    int error = table_holds(&task, wanted, holds);
    (void)close(task.directory);
    return error;
}

/* A thread may have left its process' descriptor table with unshare(CLONE_FILES), to hide what it holds. */
static int threads_hold(const struct task *leader, const struct wanted *wanted, bool *holds)
{
    DIR *threads = open_directory(leader->directory, "task");
    if (threads == NULL) {
        return has_gone(errno) ? 0 : errno;
    }
    int error = 0;
    const char *name = next_number(threads, &error);
    while (name != NULL && error == 0 && !*holds) {
        error = thread_holds(dirfd(threads), name, leader->id, wanted, holds);
        name = error == 0 ? next_number(threads, &error) : NULL;
    }
    (void)closedir(threads);
    return has_gone(error) ? 0 : error;
}

int descriptors_hold(int processes, pid_t pid, const struct wanted *wanted, bool *holds)
{
    char name[16];
    (void)snprintf(name, sizeof name, "%d", (int)pid);
    *holds = false;
    struct task leader = {.id = pid, .is_leader = true};
    leader.directory = openat(processes, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (leader.directory < 0) {
        return has_gone(errno) ? 0 : errno;
    }
    int error = table_holds(&leader, wanted, holds);
    if (error == 0 && !*holds) {
        error = threads_hold(&leader, wanted, holds);
    }
    (void)close(leader.directory);
    return error;
}
