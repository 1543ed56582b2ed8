#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi.h"
#include "die.h"
#include "network.h"

static const char hint_none[] =
    "a container must be started without a network (network mode none): the proxy is its only way out, and it needs none";
static const char hint_loopback[] = "the engine must leave the loopback interface up";

static bool is_up(int socket, const char *interface, bool *loopback)
{
    struct ifreq request = {0};
    (void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
    must(ioctl(socket, SIOCGIFFLAGS, &request), "network", interface, hint_none);
    *loopback = (request.ifr_flags & IFF_LOOPBACK) != 0;
    return (request.ifr_flags & IFF_UP) != 0;
}

/*
 * What is down leads nowhere, and nobody in here may put it up: kernels with tunnels have such interfaces in every
 * namespace. Without an interface there is no route either.
 */
static void require_loopback_alone(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(fd, "network", "socket", hint_none);
    struct if_nameindex *all = if_nameindex();
    if (all == NULL) {
        die("network", "interfaces", errno, hint_none);
    }
    bool has_loopback = false;
    for (const struct if_nameindex *each = all; each->if_index != 0; each++) {
        bool loopback = false;
        bool up = is_up(fd, each->if_name, &loopback);
        if (up && !loopback) {
            die("network", each->if_name, EISCONN, hint_none);
        }
        has_loopback = has_loopback || (up && loopback);
    }
    if (!has_loopback) {
        die("network", "lo", ENETDOWN, hint_loopback);
    }
    if_freenameindex(all);
    (void)close(fd);
}

void network_adopt(struct network *network, struct report *report)
{
    require_loopback_alone();
    network->gate_address = INADDR_LOOPBACK;
    network->agent_address = INADDR_LOOPBACK;
    network->agent_namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    must(network->agent_namespace, "network", "/proc/self/ns/net", "needs /proc");
    network->gate_namespace = network->agent_namespace;
    network->sock_diag = socket(K_AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, K_NETLINK_SOCK_DIAG);
    must(network->sock_diag, "network", "sock_diag socket", "needs a kernel with CONFIG_INET_DIAG");
    network->listener = network_listen(INADDR_LOOPBACK);
    report_step(report, "network", "the container's, which has nothing but the loopback, where 127.0.0.1:%d listens",
                NETWORK_GATE_PORT);
}
