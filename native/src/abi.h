/*
 * The kernel interfaces that the launcher uses and that a C library's headers may lack
 * (musl's compiler wrapper has no kernel headers on its path, and glibc's lag behind the
 * kernel). Layouts and numbers are those of Documentation/ and include/uapi/ of Linux; all
 * names start with k_ or K_ so that they never collide with a libc that does know them.
 */
#ifndef OPENSHELL_ABI_H
#define OPENSHELL_ABI_H

#include <stdint.h>
#include <sys/syscall.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "the launcher supports x86-64 and aarch64"
#endif

/* System calls newer than some C libraries; from 424 on the numbers are the same everywhere. */
#define K_NR_pidfd_send_signal 424
#define K_NR_io_uring_setup 425
#define K_NR_io_uring_enter 426
#define K_NR_io_uring_register 427
#define K_NR_open_tree 428
#define K_NR_move_mount 429
#define K_NR_fsopen 430
#define K_NR_fsconfig 431
#define K_NR_fsmount 432
#define K_NR_fspick 433
#define K_NR_pidfd_open 434
#define K_NR_clone3 435
#define K_NR_close_range 436
#define K_NR_openat2 437
#define K_NR_pidfd_getfd 438
#define K_NR_process_madvise 440
#define K_NR_mount_setattr 442
#define K_NR_quotactl_fd 443
#define K_NR_landlock_create_ruleset 444
#define K_NR_landlock_add_rule 445
#define K_NR_landlock_restrict_self 446
#define K_NR_memfd_secret 447
#define K_NR_fchmodat2 452
#define K_NR_statmount 457
#define K_NR_listmount 458
#define K_NR_open_tree_attr 467

/* openat2(2) */
struct k_open_how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};
#define K_RESOLVE_NO_XDEV 0x01
#define K_RESOLVE_NO_MAGICLINKS 0x02
#define K_RESOLVE_NO_SYMLINKS 0x04
#define K_RESOLVE_IN_ROOT 0x10

/* open_tree(2), move_mount(2), mount_setattr(2) */
#define K_OPEN_TREE_CLONE 1u
#define K_OPEN_TREE_CLOEXEC 02000000u
#define K_AT_RECURSIVE 0x8000u
#define K_MOVE_MOUNT_F_EMPTY_PATH 0x04u
#define K_MOVE_MOUNT_T_EMPTY_PATH 0x40u
#define K_MOUNT_ATTR_RDONLY 0x01u
#define K_MOUNT_ATTR_NOSUID 0x02u
#define K_MOUNT_ATTR_NODEV 0x04u
#define K_MOUNT_ATTR_NOEXEC 0x08u
#define K_MOUNT_ATTR_IDMAP 0x00100000u
struct k_mount_attr {
    uint64_t attr_set;
    uint64_t attr_clr;
    uint64_t propagation;
    uint64_t userns_fd;
};

/* Landlock */
#define K_LANDLOCK_CREATE_RULESET_VERSION 1u
#define K_LANDLOCK_RULE_PATH_BENEATH 1u
#define K_LANDLOCK_RULE_NET_PORT 2u
#define K_LANDLOCK_FS_EXECUTE (1ull << 0)
#define K_LANDLOCK_FS_WRITE_FILE (1ull << 1)
#define K_LANDLOCK_FS_READ_FILE (1ull << 2)
#define K_LANDLOCK_FS_READ_DIR (1ull << 3)
#define K_LANDLOCK_FS_REMOVE_DIR (1ull << 4)
#define K_LANDLOCK_FS_REMOVE_FILE (1ull << 5)
#define K_LANDLOCK_FS_MAKE_CHAR (1ull << 6)
#define K_LANDLOCK_FS_MAKE_DIR (1ull << 7)
#define K_LANDLOCK_FS_MAKE_REG (1ull << 8)
#define K_LANDLOCK_FS_MAKE_SOCK (1ull << 9)
#define K_LANDLOCK_FS_MAKE_FIFO (1ull << 10)
#define K_LANDLOCK_FS_MAKE_BLOCK (1ull << 11)
#define K_LANDLOCK_FS_MAKE_SYM (1ull << 12)
#define K_LANDLOCK_FS_REFER (1ull << 13)
#define K_LANDLOCK_FS_TRUNCATE (1ull << 14)
#define K_LANDLOCK_FS_IOCTL_DEV (1ull << 15)
#define K_LANDLOCK_FS_RESOLVE_UNIX (1ull << 16)
#define K_LANDLOCK_NET_BIND_TCP (1ull << 0)
#define K_LANDLOCK_NET_CONNECT_TCP (1ull << 1)
#define K_LANDLOCK_NET_BIND_UDP (1ull << 2)
#define K_LANDLOCK_NET_CONNECT_SEND_UDP (1ull << 3)
#define K_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ull << 0)
#define K_LANDLOCK_SCOPE_SIGNAL (1ull << 1)
#define K_LANDLOCK_LOG_SAME_EXEC_OFF (1u << 0)
#define K_LANDLOCK_LOG_SUBDOMAINS_OFF (1u << 2)
struct k_landlock_ruleset_attr {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};
struct k_landlock_path_beneath_attr {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));
struct k_landlock_net_port_attr {
    uint64_t allowed_access;
    uint64_t port;
};

/* fsconfig(2) */
#define K_FSCONFIG_CMD_CREATE 6u

/* seccomp and classic BPF */
#define K_SECCOMP_SET_MODE_FILTER 1u
#define K_SECCOMP_GET_ACTION_AVAIL 2u
#define K_SECCOMP_RET_KILL_PROCESS 0x80000000u
#define K_SECCOMP_RET_ERRNO 0x00050000u
#define K_SECCOMP_RET_ALLOW 0x7fff0000u
#define K_SECCOMP_RET_DATA 0x0000ffffu
#define K_AUDIT_ARCH_X86_64 0xc000003eu
#define K_AUDIT_ARCH_AARCH64 0xc00000b7u
struct k_seccomp_data {
    int32_t nr;
    uint32_t arch;
    uint64_t instruction_pointer;
    uint64_t args[6];
};
/* seccomp's user notifications; the kernel's structures may be longer than these */
#define K_SECCOMP_GET_NOTIF_SIZES 3u
#define K_SECCOMP_FILTER_FLAG_NEW_LISTENER (1u << 3)
#define K_SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1u << 5)
#define K_SECCOMP_RET_USER_NOTIF 0x7fc00000u
#define K_SECCOMP_USER_NOTIF_FLAG_CONTINUE 1u
#define K_SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1u
#define K_SECCOMP_IOCTL_NOTIF_RECV 0xc0502100u
#define K_SECCOMP_IOCTL_NOTIF_SEND 0xc0182101u
#define K_SECCOMP_IOCTL_NOTIF_ID_VALID 0x40082102u
#define K_SECCOMP_IOCTL_NOTIF_SET_FLAGS 0x40082104u
struct k_seccomp_notif_sizes {
    uint16_t notif;
    uint16_t response;
    uint16_t data;
};
struct k_seccomp_notif {
    uint64_t id;
    uint32_t pid;
    uint32_t flags;
    struct k_seccomp_data data;
};
struct k_seccomp_notif_response {
    uint64_t id;
    int64_t value;
    int32_t error;
    uint32_t flags;
};
struct k_sock_filter {
    uint16_t code;
    uint8_t jt;
    uint8_t jf;
    uint32_t k;
};
struct k_sock_fprog {
    uint16_t len;
    struct k_sock_filter *filter;
};
#define K_BPF_LD_W_ABS 0x20
#define K_BPF_ALU_AND_K 0x54
#define K_BPF_JMP_JA 0x05
#define K_BPF_JMP_JEQ_K 0x15
#define K_BPF_JMP_JGE_K 0x35
#define K_BPF_JMP_JSET_K 0x45
#define K_BPF_RET_K 0x06

/* capabilities(7), version 3 of capget(2) and capset(2) */
#define K_CAPABILITY_VERSION_3 0x20080522u
#define K_CAP_CHOWN 0
#define K_CAP_DAC_READ_SEARCH 2
#define K_CAP_KILL 5
#define K_CAP_SETGID 6
#define K_CAP_SETUID 7
#define K_CAP_SETPCAP 8
#define K_CAP_SYS_PTRACE 19
#define K_CAP_SYS_ADMIN 21
#define K_CAP_HIGHEST 63
struct k_cap_header {
    uint32_t version;
    int32_t pid;
};
struct k_cap_data {
    uint32_t effective;
    uint32_t permitted;
    uint32_t inheritable;
};

/* netlink, rtnetlink, veth */
#define K_AF_NETLINK 16
#define K_NETLINK_ROUTE 0
#define K_NETLINK_SOCK_DIAG 4
#define K_NLMSG_ERROR 2
#define K_NLM_F_REQUEST 0x01
#define K_NLM_F_ACK 0x04
#define K_NLM_F_EXCL 0x200
#define K_NLM_F_CREATE 0x400
#define K_RTM_NEWLINK 16
#define K_RTM_NEWADDR 20
#define K_RTM_NEWROUTE 24
#define K_IFLA_IFNAME 3
#define K_IFLA_LINKINFO 18
#define K_IFLA_NET_NS_FD 28
#define K_IFLA_INFO_KIND 1
#define K_IFLA_INFO_DATA 2
#define K_VETH_INFO_PEER 1
#define K_IFA_ADDRESS 1
#define K_IFA_LOCAL 2
#define K_IFA_FLAGS 8
#define K_IFA_F_NOPREFIXROUTE 0x200u
#define K_RTA_DST 1
#define K_RTA_OIF 4
#define K_RTA_PREFSRC 7
#define K_RT_TABLE_MAIN 254
#define K_RTPROT_STATIC 4
#define K_RT_SCOPE_LINK 253
#define K_RTN_UNICAST 1
#define K_IFF_UP 1u
struct k_sockaddr_nl {
    uint16_t nl_family;
    uint16_t nl_pad;
    uint32_t nl_pid;
    uint32_t nl_groups;
};
struct k_nlmsghdr {
    uint32_t nlmsg_len;
    uint16_t nlmsg_type;
    uint16_t nlmsg_flags;
    uint32_t nlmsg_seq;
    uint32_t nlmsg_pid;
};
struct k_nlmsgerr {
    int32_t error;
    struct k_nlmsghdr msg;
};
struct k_rtattr {
    uint16_t rta_len;
    uint16_t rta_type;
};
struct k_ifinfomsg {
    uint8_t ifi_family;
    uint8_t ifi_pad;
    uint16_t ifi_type;
    int32_t ifi_index;
    uint32_t ifi_flags;
    uint32_t ifi_change;
};
struct k_ifaddrmsg {
    uint8_t ifa_family;
    uint8_t ifa_prefixlen;
    uint8_t ifa_flags;
    uint8_t ifa_scope;
    uint32_t ifa_index;
};
struct k_rtmsg {
    uint8_t rtm_family;
    uint8_t rtm_dst_len;
    uint8_t rtm_src_len;
    uint8_t rtm_tos;
    uint8_t rtm_table;
    uint8_t rtm_protocol;
    uint8_t rtm_scope;
    uint8_t rtm_type;
    uint32_t rtm_flags;
};

/* ethtool's question whether a link has a carrier */
#define K_SIOCETHTOOL 0x8946
#define K_ETHTOOL_GLINK 0x0au
struct k_ethtool_value {
    uint32_t command;
    uint32_t data;
};

/* sock_diag(7) */
#define K_SOCK_DIAG_BY_FAMILY 20
#define K_INET_DIAG_NOCOOKIE 0xffffffffu
struct k_inet_diag_sockid {
    uint16_t sport; /* network order, as both ports and all addresses are */
    uint16_t dport;
    uint32_t src[4];
    uint32_t dst[4];
    uint32_t interface;
    uint32_t cookie[2];
};
struct k_inet_diag_req {
    uint8_t family;
    uint8_t protocol;
    uint8_t ext;
    uint8_t pad;
    uint32_t states;
    struct k_inet_diag_sockid id;
};
struct k_inet_diag_msg {
    uint8_t family;
    uint8_t state;
    uint8_t timer;
    uint8_t retrans;
    struct k_inet_diag_sockid id;
    uint32_t expires;
    uint32_t rqueue;
    uint32_t wqueue;
    uint32_t uid;
    uint32_t inode;
};
#define K_TCP_LISTEN 10

/* ioctl_tty(2) */
#define K_TCGETS 0x5401u
#define K_TIOCSTI 0x5412u
#define K_TIOCLINUX 0x541cu
#define K_TIOCSETD 0x5423u
#define K_TIOCGPTN 0x80045430u
#define K_TIOCSPTLCK 0x40045431u
#define K_TIOCGPTPEER 0x5441u

/* pidfd_open(2), since Linux 6.9 */
#define K_PIDFD_THREAD 00000200u

/* signal(7), keyctl(2), kcmp(2), prctl(2) */
#define K_SIGNALS 64
#define K_KEYCTL_JOIN_SESSION_KEYRING 1
#define K_KCMP_FILES 2
#define K_PR_SET_SECCOMP 22

/* ioctl_nsfs(2) */
#define K_NS_GET_NSTYPE 0xb703

#endif
