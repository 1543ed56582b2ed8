#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "attempts.h"

#define UNUSED_PORT 9 /* discard */
#define ANSWER_MILLISECONDS 1000
#define K_AF_VSOCK 40

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

static socklen_t make_address(union address *address, const char *text, uint16_t port)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &address->four.sin_addr) == 1) {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons(port);
        return sizeof address->four;
    }
    (void)inet_pton(AF_INET6, text, &address->six.sin6_addr);
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons(port);
    return sizeof address->six;
}

/* What the other side says, or ETIMEDOUT: refusals come at once, only a working way can be slow. */
static int wait_for_answer(int fd, short events)
{
    struct pollfd polled = {.fd = fd, .events = events};
    if (poll(&polled, 1, ANSWER_MILLISECONDS) != 1) {
        return ETIMEDOUT;
    }
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 ? errno : error;
}

static int connect_socket(int fd, const char *text, uint16_t port)
{
    union address address;
    socklen_t length = make_address(&address, text, port);
    if (connect(fd, &address.any, length) == 0) {
        return 0;
    }
    return errno == EINPROGRESS ? wait_for_answer(fd, POLLOUT) : errno;
}

static int open_socket(const char *text, int type)
{
    return socket(strchr(text, ':') == NULL ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int try_connect(const char *text, uint16_t port)
{
    int fd = open_socket(text, SOCK_STREAM);
    int outcome = fd < 0 ? errno : connect_socket(fd, text, port);
    (void)close(fd);
    return outcome;
}

/* A datagram that leaves may be answered by the host that it reaches: only then has it happened. */
static int try_datagram(const char *text, uint16_t port)
{
    union address address;
    socklen_t length = make_address(&address, text, port);
    int fd = open_socket(text, SOCK_DGRAM);
    int outcome = fd < 0 ? errno : attempt_result(sendto(fd, "", 1, 0, &address.any, length));
    (void)close(fd);
    return outcome;
}

int try_loopback(const struct scene *scene)
{
    (void)scene;
    union address address;
    socklen_t length = make_address(&address, "127.0.0.1", 0);
    int server = open_socket("127.0.0.1", SOCK_STREAM);
    int outcome = attempt_result(server);
    if (outcome == 0 && (bind(server, &address.any, length) != 0 || listen(server, 1) != 0 ||
                         getsockname(server, &address.any, &length) != 0)) {
        outcome = errno;
    }
    outcome = outcome != 0 ? outcome : try_connect("127.0.0.1", ntohs(address.four.sin_port));
    outcome = outcome != 0 ? outcome : wait_for_answer(server, POLLIN);
    outcome = outcome != 0 ? outcome : attempt_descriptor(accept(server, NULL, NULL));
    (void)close(server);
    return outcome;
}

struct gate {
    char text[INET_ADDRSTRLEN];
};

static struct gate gate_of(const struct scene *scene)
{
    struct gate gate;
    const struct in_addr address = {htonl(scene->network->gate_address)};
    (void)inet_ntop(AF_INET, &address, gate.text, sizeof gate.text);
    return gate;
}

/* The agent's own address shows that this is the agent's network namespace, and not the gate's. */
int try_gate(const struct scene *scene)
{
    const struct gate gate = gate_of(scene);
    union address own;
    socklen_t length = sizeof own;
    int fd = open_socket(gate.text, SOCK_STREAM);
    int outcome = fd < 0 ? errno : connect_socket(fd, gate.text, NETWORK_GATE_PORT);
    if (outcome == 0 && getsockname(fd, &own.any, &length) != 0) {
        outcome = errno;
    }
    if (outcome == 0 && own.four.sin_addr.s_addr != htonl(scene->network->agent_address)) {
        outcome = EADDRNOTAVAIL;
    }
    (void)close(fd);
    return outcome;
}

/* Elsewhere the proxy's port is tried: where Landlock limits TCP to it, it must be the namespace that answers. */
int try_tcp(const struct scene *scene)
{
    (void)scene;
    return try_connect("192.0.2.1", NETWORK_GATE_PORT);
}

int try_tcp_metadata(const struct scene *scene)
{
    (void)scene;
    return try_connect("169.254.169.254", NETWORK_GATE_PORT);
}

int try_tcp_neighbour(const struct scene *scene)
{
    (void)scene;
    return try_connect("10.200.0.3", NETWORK_GATE_PORT);
}

int try_udp(const struct scene *scene)
{
    (void)scene;
    return try_datagram("192.0.2.1", 53);
}

int try_multicast(const struct scene *scene)
{
    (void)scene;
    return try_datagram("224.0.0.251", 5353);
}

int try_tcp6(const struct scene *scene)
{
    (void)scene;
    return try_connect("2001:db8::1", NETWORK_GATE_PORT);
}

int try_udp6(const struct scene *scene)
{
    (void)scene;
    return try_datagram("2001:db8::1", 53);
}

int try_gate_tcp_port(const struct scene *scene)
{
    const struct gate gate = gate_of(scene);
    return try_connect(gate.text, UNUSED_PORT);
}

int try_gate_udp_port(const struct scene *scene)
{
    const struct gate gate = gate_of(scene);
    int fd = open_socket(gate.text, SOCK_DGRAM);
    int outcome = fd < 0 ? errno : connect_socket(fd, gate.text, UNUSED_PORT);
    outcome = outcome != 0 ? outcome : attempt_result(send(fd, "", 1, 0));
    outcome = outcome != 0 ? outcome : wait_for_answer(fd, POLLIN);
    (void)close(fd);
    return outcome;
}

static int try_socket(int family, int type, int protocol)
{
    return attempt_descriptor(socket(family, type | SOCK_CLOEXEC, protocol));
}

int try_raw_socket(const struct scene *scene)
{
    (void)scene;
    return try_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

int try_ping_socket(const struct scene *scene)
{
    (void)scene;
    return try_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
}

int try_packet_socket(const struct scene *scene)
{
    (void)scene;
    return try_socket(AF_PACKET, SOCK_RAW, 0);
}

int try_netlink_socket(const struct scene *scene)
{
    (void)scene;
    return try_socket(K_AF_NETLINK, SOCK_RAW, K_NETLINK_ROUTE);
}

int try_vsock_socket(const struct scene *scene)
{
    (void)scene;
    return try_socket(K_AF_VSOCK, SOCK_STREAM, 0);
}

static int try_abstract(const char *name)
{
    struct sockaddr_un address;
    socklen_t length = scene_address(name, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int outcome = fd < 0 ? errno : attempt_result(connect(fd, (struct sockaddr *)&address, length));
    (void)close(fd);
    return outcome;
}

int try_hidden_socket(const struct scene *scene)
{
    (void)scene;
    return try_abstract(SCENE_HIDDEN);
}

int try_reachable_socket(const struct scene *scene)
{
    (void)scene;
    return try_abstract(SCENE_REACHABLE);
}
