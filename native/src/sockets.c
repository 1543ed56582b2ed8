#include "sockets.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "abi.h"
#include "descriptors.h"

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

int sockets_owners(uint64_t inode, struct owners *owners)
{
    const struct wanted wanted = wanted_socket(inode);
    *owners = (struct owners){0};
    DIR *processes = opendir("/proc");
    if (processes == NULL) {
        return errno;
    }
    int error = 0;
    errno = 0;
    const struct dirent *entry = readdir(processes);
    while (entry != NULL && error == 0) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        bool holds = false;
        error = pid > 1 ? descriptors_hold(dirfd(processes), pid, &wanted, &holds) : 0;
        if (error != 0) {
            owners->unreadable = pid;
            break;
        }
        if (holds && owners->count < OWNERS_MAX) {
            owners->pids[owners->count] = pid;
        }
        owners->count += holds;
        errno = 0;
        entry = readdir(processes);
    }
    error = error == 0 && entry == NULL ? errno : error;
    (void)closedir(processes);
    return error;
}
