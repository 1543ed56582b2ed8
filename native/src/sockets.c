#include "sockets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "syscalls.h"

#define HINTS 4096

struct query {
    struct k_nlmsghdr head;
    struct k_inet_diag_req request;
};

static int send_query(int sock_diag, const struct endpoint *agent, const struct endpoint *proxy, uint32_t sequence)
{
    struct query query = {
        .head = {.nlmsg_len = sizeof query,
                 .nlmsg_type = K_SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = K_NLM_F_REQUEST,
                 .nlmsg_seq = sequence},
        .request = {.family = agent->length == 4 ? AF_INET : AF_INET6,
                    .protocol = IPPROTO_TCP,
                    .states = UINT32_MAX,
                    .id = {.sport = htons(agent->port),
                           .dport = htons(proxy->port),
                           .cookie = {K_INET_DIAG_NOCOOKIE, K_INET_DIAG_NOCOOKIE}}},
    };
    memcpy(query.request.id.src, agent->address, agent->length);
    memcpy(query.request.id.dst, proxy->address, proxy->length);
    return send(sock_diag, &query, sizeof query, 0) == (ssize_t)sizeof query ? 0 : errno;
}

/* True when an address of the answer is this one: an IPv6 socket connected over IPv4 shows it mapped. */
static bool is_address(const struct k_inet_diag_msg *message, const uint32_t *answered, const struct endpoint *endpoint)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *address = (const uint8_t *)answered;
    if (message->family == AF_INET6 && endpoint->length == 4) {
        return memcmp(address, mapped, sizeof mapped) == 0 &&
               memcmp(address + sizeof mapped, endpoint->address, 4) == 0;
    }
    return memcmp(address, endpoint->address, endpoint->length) == 0;
}

/* An answer for another tuple (the kernel falls back to a listener on the port) is no answer. */
static int read_answer(int sock_diag, const struct endpoint *agent, const struct endpoint *proxy, uint32_t sequence,
                       uint64_t *inode)
{
    _Alignas(struct k_nlmsghdr) uint8_t answer[1024];
    struct k_nlmsghdr head;
    ssize_t count;
    do {
        count = recv(sock_diag, answer, sizeof answer, 0);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        if (count >= 0 && (size_t)count < sizeof head) {
            return EBADMSG;
        }
        memcpy(&head, answer, sizeof head);
    } while (count < 0 || head.nlmsg_seq != sequence);
    if (head.nlmsg_type == K_NLMSG_ERROR) {
        int32_t error = EBADMSG;
        if ((size_t)count >= sizeof head + sizeof error) {
            memcpy(&error, answer + sizeof head, sizeof error);
        }
        return error < 0 ? -error : EBADMSG;
    }
    struct k_inet_diag_msg message;
    if (head.nlmsg_type != K_SOCK_DIAG_BY_FAMILY || (size_t)count < sizeof head + sizeof message) {
        return EBADMSG;
    }
    memcpy(&message, answer + sizeof head, sizeof message);
    bool same = message.state != K_TCP_LISTEN && message.id.sport == htons(agent->port) &&
                message.id.dport == htons(proxy->port) && is_address(&message, message.id.src, agent) &&
                is_address(&message, message.id.dst, proxy);
    *inode = message.inode;
    return same && message.inode != 0 ? 0 : ENOENT;
}

int sockets_find(int sock_diag, const struct endpoint *agent, const struct endpoint *proxy, uint64_t *inode)
{
    static uint32_t sequence;
    sequence++;
    int error = send_query(sock_diag, agent, proxy, sequence);
    return error != 0 ? error : read_answer(sock_diag, agent, proxy, sequence, inode);
}

static DIR *open_directory(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0) {
        (void)close(fd);
    }
    return directory;
}

/*
 * Where a socket was seen last. A process with a thousand connections is asked about each of them again and again;
 * with this it need not be searched from the start each time. Only a hint: what it says is checked.
 */
static struct hint {
    uint64_t inode;
    pid_t pid;
    long fd;
} hints[HINTS];

struct wanted {
    uint64_t inode;
    char text[48];
    size_t length;
};

static bool is_wanted(int table, const char *fd, const struct wanted *wanted)
{
    char target[sizeof wanted->text];
    ssize_t count = readlinkat(table, fd, target, sizeof target);
    return count == (ssize_t)wanted->length && memcmp(target, wanted->text, wanted->length) == 0;
}

static bool is_where_it_was(int process, pid_t pid, const struct wanted *wanted)
{
    const struct hint *hint = &hints[wanted->inode % HINTS];
    char path[32];
    (void)snprintf(path, sizeof path, "fd/%ld", hint->fd);
    return hint->inode == wanted->inode && hint->pid == pid && is_wanted(process, path, wanted);
}

static bool table_holds(int task, pid_t pid, const struct wanted *wanted)
{
    if (is_where_it_was(task, pid, wanted)) {
        return true;
    }
    DIR *table = open_directory(task, "fd");
    if (table == NULL) {
        return false;
    }
    bool found = false;
    for (struct dirent *entry = readdir(table); entry != NULL && !found; entry = readdir(table)) {
        found = entry->d_name[0] != '.' && is_wanted(dirfd(table), entry->d_name, wanted);
        if (found) {
            hints[wanted->inode % HINTS] = (struct hint){wanted->inode, pid, strtol(entry->d_name, NULL, 10)};
        }
    }
    (void)closedir(table);
    return found;
}

/* A thread may have left its process' descriptor table with unshare(CLONE_FILES), to hide what it holds. */
static bool shares_table(pid_t process, pid_t thread)
{
    return syscall(SYS_kcmp, process, thread, K_KCMP_FILES, 0, 0) == 0;
}

static bool thread_holds(int process, pid_t pid, const struct wanted *wanted)
{
    DIR *tasks = open_directory(process, "task");
    if (tasks == NULL) {
        return false;
    }
    bool found = false;
    for (struct dirent *entry = readdir(tasks); entry != NULL && !found; entry = readdir(tasks)) {
        pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
        if (thread <= 0 || thread == pid || shares_table(pid, thread)) {
            continue;
        }
        int task = openat(dirfd(tasks), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (task >= 0) {
            found = table_holds(task, thread, wanted);
            (void)close(task);
        }
    }
    (void)closedir(tasks);
    return found;
}

size_t sockets_owners(uint64_t inode, pid_t *owners, size_t room)
{
    struct wanted wanted = {.inode = inode};
    wanted.length = (size_t)snprintf(wanted.text, sizeof wanted.text, "socket:[%llu]", (unsigned long long)inode);
    DIR *processes = open_directory(AT_FDCWD, "/proc");
    size_t count = 0;
    if (processes == NULL) {
        return 0;
    }
    for (struct dirent *entry = readdir(processes); entry != NULL; entry = readdir(processes)) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 1) {
            continue;
        }
        int process = openat(dirfd(processes), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (process < 0) {
            continue;
        }
        if (table_holds(process, pid, &wanted) || thread_holds(process, pid, &wanted)) {
            if (count < room) {
                owners[count] = pid;
            }
            count++;
        }
        (void)close(process);
    }
    (void)closedir(processes);
    return count;
}
