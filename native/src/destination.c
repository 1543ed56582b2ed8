#include "destination.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "network.h"

/* The kernel takes IPv6 addresses without the scope at their end (RFC 2133). */
#define SHORTEST_INET6 24u
#define LOOPBACK_NET 127u

static enum destination_kind judge_inet(uint32_t address, uint16_t port)
{
    /* To Linux the unspecified address as a destination is the loopback. */
    if (address >> 24 == LOOPBACK_NET || address == 0 || address == NETWORK_AGENT_ADDRESS) {
        return DESTINATION_INSIDE;
    }
    return address == NETWORK_GATE_ADDRESS && port == NETWORK_GATE_PORT ? DESTINATION_PROXY : DESTINATION_OUTSIDE;
}

static enum destination_kind judge_endpoint(const struct endpoint *endpoint)
{
    static const uint8_t loopback[16] = {[15] = 1};
    static const uint8_t unspecified[16] = {0};
    if (endpoint->length == 4) {
        return judge_inet(wire_get32(endpoint->address), endpoint->port);
    }
    bool inside = memcmp(endpoint->address, loopback, sizeof loopback) == 0 ||
                  memcmp(endpoint->address, unspecified, sizeof unspecified) == 0;
    return inside ? DESTINATION_INSIDE : DESTINATION_OUTSIDE;
}

static void take_inet(const uint8_t *address, struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){.length = 4, .port = wire_get16(address + offsetof(struct sockaddr_in, sin_port))};
    memcpy(endpoint->address, address + offsetof(struct sockaddr_in, sin_addr), 4);
}

/* An IPv4 address in IPv6 form leads where the IPv4 address does. */
static void take_inet6(const uint8_t *address, struct endpoint *endpoint)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *value = address + offsetof(struct sockaddr_in6, sin6_addr);
    bool is_mapped = memcmp(value, mapped, sizeof mapped) == 0;
    *endpoint = (struct endpoint){.length = is_mapped ? 4 : 16,
                                  .port = wire_get16(address + offsetof(struct sockaddr_in6, sin6_port))};
    memcpy(endpoint->address, is_mapped ? value + sizeof mapped : value, endpoint->length);
}

enum destination_kind destination_judge(enum destination_use use, const uint8_t *address, size_t length,
                                        struct endpoint *endpoint)
{
    uint16_t family;
    if (length < sizeof family || length > DESTINATION_MAX_LENGTH) {
        return DESTINATION_NONE;
    }
    memcpy(&family, address, sizeof family);
    /* UDP sends to an address without a family as to an IPv4 one; connect(2) disconnects instead. */
    bool is_inet = family == AF_INET || (family == AF_UNSPEC && use == USE_SENDTO);
    if (is_inet && length >= sizeof(struct sockaddr_in)) {
        take_inet(address, endpoint);
        return judge_endpoint(endpoint);
    }
    if (family == AF_INET6 && length >= SHORTEST_INET6) {
        take_inet6(address, endpoint);
        return judge_endpoint(endpoint);
    }
    return DESTINATION_NONE;
}
