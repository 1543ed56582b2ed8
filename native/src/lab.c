#include "lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"
#include "namespaces.h"

#define MAX_ADDRESSES 16

static void name_of(struct ifreq *request, int alias)
{
    memset(request, 0, sizeof *request);
    if (alias < 0) {
        (void)snprintf(request->ifr_name, sizeof request->ifr_name, "lo");
    } else {
        (void)snprintf(request->ifr_name, sizeof request->ifr_name, "lo:%d", alias);
    }
}

static void bring_up_loopback(int socket_fd)
{
    struct ifreq request;
    name_of(&request, -1);
    must(ioctl(socket_fd, SIOCGIFFLAGS, &request), "lab", "lo", hint_privileges);
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    must(ioctl(socket_fd, SIOCSIFFLAGS, &request), "lab", "lo", hint_privileges);
}

static void add_address(int socket_fd, int alias, const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        die("lab", text, EINVAL, "expected: an IPv4 address");
    }
    struct ifreq request;
    name_of(&request, alias);
    memcpy(&request.ifr_addr, &address, sizeof address);
    must(ioctl(socket_fd, SIOCSIFADDR, &request), "lab", text, hint_privileges);
    address.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    memcpy(&request.ifr_netmask, &address, sizeof address);
    must(ioctl(socket_fd, SIOCSIFNETMASK, &request), "lab", text, hint_privileges);
}

_Noreturn void lab_main(int count, char **arguments)
{
    int addresses = 0;
    while (addresses < count && strcmp(arguments[addresses], "--") != 0) {
        addresses++;
    }
    if (addresses > MAX_ADDRESSES || addresses + 1 >= count) {
        die("lab", "arguments", EINVAL, "expected: --lab ADDRESS... -- COMMAND...");
    }
    namespaces_keep_user();
    must(unshare(CLONE_NEWNET), "lab", "network namespace", hint_privileges);
    int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(socket_fd, "lab", "socket", hint_privileges);
    bring_up_loopback(socket_fd);
    for (int i = 0; i < addresses; i++) {
        add_address(socket_fd, i, arguments[i]);
    }
    (void)close(socket_fd);
    char **command = arguments + addresses + 1;
    (void)execvp(command[0], command);
    die("lab", command[0], errno, "expected: a program that can be run");
}
