#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi.h"
#include "die.h"

#define PREFIX_LENGTH 24
#define GATE_LINK "gate0"
#define AGENT_LINK "eth0"
#define LISTEN_BACKLOG 4096
#define REQUEST_SIZE 512

/* One rtnetlink request under construction. */
struct request {
    _Alignas(struct k_nlmsghdr) uint8_t data[REQUEST_SIZE];
    size_t length;
};

static struct k_nlmsghdr *head_of(struct request *request)
{
    return (struct k_nlmsghdr *)(void *)request->data;
}

static void append(struct request *request, const void *data, size_t length)
{
    size_t padded = (length + 3u) & ~(size_t)3u;
    if (padded > REQUEST_SIZE - request->length) {
        die("network", "rtnetlink request", EOVERFLOW, "a request of the launcher does not fit its buffer");
    }
    memcpy(request->data + request->length, data, length);
    request->length += padded;
}

static void begin_request(struct request *request, uint16_t type, uint16_t flags, const void *body, size_t length)
{
    memset(request, 0, sizeof *request);
    struct k_nlmsghdr head = {.nlmsg_type = type, .nlmsg_flags = (uint16_t)(K_NLM_F_REQUEST | K_NLM_F_ACK | flags)};
    append(request, &head, sizeof head);
    append(request, body, length);
}

static void add_attribute(struct request *request, uint16_t type, const void *data, size_t length)
{
    struct k_rtattr attribute = {(uint16_t)(sizeof attribute + length), type};
    append(request, &attribute, sizeof attribute);
    append(request, data, length);
}

static void add_u32(struct request *request, uint16_t type, uint32_t value)
{
    add_attribute(request, type, &value, sizeof value);
}

static size_t begin_nested(struct request *request, uint16_t type)
{
    size_t mark = request->length;
    struct k_rtattr attribute = {0, type};
    append(request, &attribute, sizeof attribute);
    return mark;
}

static void end_nested(struct request *request, size_t mark)
{
    uint16_t length = (uint16_t)(request->length - mark);
    memcpy(request->data + mark, &length, sizeof length);
}

/* Sends the request and waits for the kernel's answer; 0 or an errno. */
static int talk(int netlink, struct request *request)
{
    head_of(request)->nlmsg_len = (uint32_t)request->length;
    if (send(netlink, request->data, request->length, 0) != (ssize_t)request->length) {
        return errno;
    }
    _Alignas(struct k_nlmsghdr) uint8_t answer[1024];
    ssize_t count = recv(netlink, answer, sizeof answer, 0);
    if (count < 0) {
        return errno;
    }
    struct k_nlmsghdr head;
    struct k_nlmsgerr result;
    if ((size_t)count < sizeof head + sizeof result.error) {
        return EBADMSG;
    }
    memcpy(&head, answer, sizeof head);
    memcpy(&result.error, answer + sizeof head, sizeof result.error);
    return head.nlmsg_type == K_NLMSG_ERROR ? -result.error : EBADMSG;
}

static int create_veth(int netlink, int peer_namespace)
{
    struct request request;
    struct k_ifinfomsg link = {.ifi_family = AF_UNSPEC};
    begin_request(&request, K_RTM_NEWLINK, K_NLM_F_CREATE | K_NLM_F_EXCL, &link, sizeof link);
    add_attribute(&request, K_IFLA_IFNAME, GATE_LINK, sizeof GATE_LINK);
    size_t info = begin_nested(&request, K_IFLA_LINKINFO);
    add_attribute(&request, K_IFLA_INFO_KIND, "veth", 4);
    size_t data = begin_nested(&request, K_IFLA_INFO_DATA);
    size_t peer = begin_nested(&request, K_VETH_INFO_PEER);
    append(&request, &link, sizeof link);
    add_attribute(&request, K_IFLA_IFNAME, AGENT_LINK, sizeof AGENT_LINK);
    if (peer_namespace >= 0) {
        add_u32(&request, K_IFLA_NET_NS_FD, (uint32_t)peer_namespace);
    }
    end_nested(&request, peer);
    end_nested(&request, data);
    end_nested(&request, info);
    return talk(netlink, &request);
}

static int set_up(int netlink, unsigned index)
{
    struct request request;
    struct k_ifinfomsg link = {.ifi_index = (int32_t)index, .ifi_flags = K_IFF_UP, .ifi_change = K_IFF_UP};
    begin_request(&request, K_RTM_NEWLINK, 0, &link, sizeof link);
    return talk(netlink, &request);
}

static int add_address(int netlink, unsigned index, uint32_t address, uint32_t flags)
{
    struct request request;
    struct k_ifaddrmsg message = {.ifa_family = AF_INET, .ifa_prefixlen = PREFIX_LENGTH, .ifa_index = index};
    begin_request(&request, K_RTM_NEWADDR, K_NLM_F_CREATE | K_NLM_F_EXCL, &message, sizeof message);
    add_u32(&request, K_IFA_LOCAL, htonl(address));
    add_u32(&request, K_IFA_ADDRESS, htonl(address));
    add_u32(&request, K_IFA_FLAGS, flags);
    return talk(netlink, &request);
}

static int add_gate_route(int netlink, unsigned index)
{
    struct request request;
    struct k_rtmsg route = {
        .rtm_family = AF_INET,
        .rtm_dst_len = 32,
        .rtm_table = K_RT_TABLE_MAIN,
        .rtm_protocol = K_RTPROT_STATIC,
        .rtm_scope = K_RT_SCOPE_LINK,
        .rtm_type = K_RTN_UNICAST,
    };
    begin_request(&request, K_RTM_NEWROUTE, K_NLM_F_CREATE | K_NLM_F_EXCL, &route, sizeof route);
    add_u32(&request, K_RTA_DST, htonl(NETWORK_GATE_ADDRESS));
    add_u32(&request, K_RTA_OIF, index);
    add_u32(&request, K_RTA_PREFSRC, htonl(NETWORK_AGENT_ADDRESS));
    return talk(netlink, &request);
}

static void done(int error, const char *subject)
{
    if (error != 0) {
        die("network", subject, error, hint_privileges);
    }
}

static int open_rtnetlink(void)
{
    int netlink = socket(K_AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, K_NETLINK_ROUTE);
    must(netlink, "network", "netlink socket", hint_privileges);
    return netlink;
}

static unsigned index_of(const char *link)
{
    unsigned index = if_nametoindex(link);
    if (index == 0) {
        die("network", link, errno, "the veth interface did not appear");
    }
    return index;
}

/* A setting that this kernel does not have cannot be on: ENOENT is fine. */
static void set_sysctl(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return;
    }
    must(fd, "network", path, "needs a writable /proc/sys of the network namespace");
    ssize_t written = write(fd, value, strlen(value));
    must(written < 0 ? -1 : 0, "network", path, "needs a writable /proc/sys of the network namespace");
    (void)close(fd);
}

static void disable_ipv6(void)
{
    set_sysctl("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
    set_sysctl("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

static int new_namespace(void)
{
    must(unshare(CLONE_NEWNET), "network", "unshare", hint_privileges);
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    must(fd, "network", "/proc/thread-self/ns/net", "needs /proc");
    return fd;
}

/*
 * A link that has just come up drops what is sent until the kernel's watcher of links has noticed, some milliseconds
 * later: the agent's first connection would wait a second for its retransmission. Asking for the link's state makes
 * the kernel notice at once.
 */
static void settle(const char *link)
{
    struct k_ethtool_value state = {.command = K_ETHTOOL_GLINK};
    struct ifreq request = {.ifr_data = (char *)&state};
    (void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", link);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(fd, "network", link, hint_privileges);
    must(ioctl(fd, K_SIOCETHTOOL, &request), "network", link, hint_privileges);
    if (state.data != 1) {
        die("network", link, ENETDOWN, "the veth interface did not come up");
    }
    (void)close(fd);
}

static void prepare_gate(int agent_namespace)
{
    disable_ipv6();
    /* A new namespace inherits the host's settings; nothing may ever be routed through the gate. */
    set_sysctl("/proc/sys/net/ipv4/ip_forward", "0");
    int netlink = open_rtnetlink();
    done(create_veth(netlink, agent_namespace), "veth pair");
    unsigned link = index_of(GATE_LINK);
    done(add_address(netlink, link, NETWORK_GATE_ADDRESS, 0), "10.200.0.1/24");
    done(set_up(netlink, link), GATE_LINK);
    (void)close(netlink);
}

/*
 * The agent's side has one route, to the gate's address alone, and no default route: every other
 * address, also the unused ones of the /24, fails at once with ENETUNREACH instead of timing out.
 */
static void prepare_agent(void)
{
    disable_ipv6();
    set_sysctl("/proc/sys/net/ipv4/ip_forward", "0");
    /* Every connection of the agent has the same destination: do not run out of ports in TIME_WAIT. */
    set_sysctl("/proc/sys/net/ipv4/tcp_tw_reuse", "1");
    int netlink = open_rtnetlink();
    done(set_up(netlink, index_of("lo")), "lo");
    unsigned link = index_of(AGENT_LINK);
    done(add_address(netlink, link, NETWORK_AGENT_ADDRESS, K_IFA_F_NOPREFIXROUTE), "10.200.0.2/24");
    done(set_up(netlink, link), AGENT_LINK);
    done(add_gate_route(netlink, link), "route to 10.200.0.1");
    settle(AGENT_LINK);
    (void)close(netlink);
}

/* Non-blocking, because the supervisor serves it from an event loop. */
int network_listen(uint32_t address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(fd, "network", "listening socket", hint_privileges);
    int yes = 1;
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "network", "SO_REUSEADDR", hint_privileges);
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_port = htons(NETWORK_GATE_PORT), .sin_addr = {htonl(address)}};
    must(bind(fd, (struct sockaddr *)&name, sizeof name), "network", "bind port 3128", hint_privileges);
    must(listen(fd, LISTEN_BACKLOG), "network", "listen at port 3128", hint_privileges);
    return fd;
}

void network_create(struct network *network, struct report *report)
{
    network->gate_address = NETWORK_GATE_ADDRESS;
    network->agent_address = NETWORK_AGENT_ADDRESS;
    network->agent_namespace = new_namespace();
    network->sock_diag = socket(K_AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, K_NETLINK_SOCK_DIAG);
    must(network->sock_diag, "network", "sock_diag socket", "needs a kernel with CONFIG_INET_DIAG");
    network->gate_namespace = new_namespace();
    prepare_gate(network->agent_namespace);
    must(setns(network->agent_namespace, CLONE_NEWNET), "network", "setns", hint_privileges);
    prepare_agent();
    must(setns(network->gate_namespace, CLONE_NEWNET), "network", "setns", hint_privileges);
    settle(GATE_LINK); /* only now is the other end up */
    network->listener = network_listen(NETWORK_GATE_ADDRESS);
    report_step(report, "network",
                "agent eth0 10.200.0.2/24 with a route to 10.200.0.1 alone, IPv6 off, gate listens on 10.200.0.1:%d",
                NETWORK_GATE_PORT);
}

int network_try_veth(void)
{
    int netlink = socket(K_AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, K_NETLINK_ROUTE);
    if (netlink < 0) {
        return errno;
    }
    int error = create_veth(netlink, -1);
    (void)close(netlink);
    return error;
}
