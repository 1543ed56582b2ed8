/*
 * The two network namespaces: the agent's (eth0 10.200.0.2) and the gate's (10.200.0.1), joined by
 * a veth pair and nothing else. The listening socket of the gate is the only way out of the agent's.
 */
#ifndef OPENSHELL_NETWORK_H
#define OPENSHELL_NETWORK_H

#include "report.h"

#define NETWORK_GATE_ADDRESS 0x0ac80001u /* 10.200.0.1 */
#define NETWORK_GATE_PORT 3128
#define NETWORK_AGENT_ADDRESS 0x0ac80002u

struct network {
    int agent_namespace;
    int gate_namespace; /* in a container the agent's: there is one */
    int listener;       /* at the gate's address, port 3128, non-blocking */
    int sock_diag;      /* netlink socket of the agent's namespace */
    uint32_t gate_address;
    uint32_t agent_address; /* what the agent's connections to the gate come from */
};

/* Leaves the caller in the gate namespace. Needs /proc and CAP_SYS_ADMIN and CAP_NET_ADMIN. */
void network_create(struct network *network, struct report *report);

/*
 * In a container: takes the network namespace that the engine has made, and dies unless it has nothing but the loopback,
 * on which the gate then is. Needs no capability.
 */
void network_adopt(struct network *network, struct report *report);

/* A non-blocking socket that listens at this address, port 3128. */
int network_listen(uint32_t address);

/* Makes a veth pair in the caller's network namespace, to see whether it can be done. 0 or an errno. */
int network_try_veth(void);

#endif
