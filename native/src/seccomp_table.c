/* Makes seccomp_table.def an array, and checks its numbers by those of the C library. */
#include <errno.h>
#include <sys/syscall.h>

#include "seccomp.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The kernel's values, the same on both architectures: those of a C library's headers are the build machine's. */
#define F_AT_EMPTY_PATH 0x1000u
#define F_CLONE_NEWTIME 0x00000080u /* for unshare; clone has its exit signal there */
#define F_CLONE_NEWNS 0x00020000u
#define F_CLONE_NEWCGROUP 0x02000000u
#define F_CLONE_NEWUTS 0x04000000u
#define F_CLONE_NEWIPC 0x08000000u
#define F_CLONE_NEWUSER 0x10000000u
#define F_CLONE_NEWPID 0x20000000u
#define F_CLONE_NEWNET 0x40000000u
#define F_CLONE_NAMESPACES                                                                                            \
    (F_CLONE_NEWNS | F_CLONE_NEWCGROUP | F_CLONE_NEWUTS | F_CLONE_NEWIPC | F_CLONE_NEWPID | F_CLONE_NEWNET)
#define F_SOL_TCP 6u
#define F_TCP_ULP 31u
#define F_MSG_FASTOPEN 0x20000000u
#define F_PR_SET_MM 35u
#define F_O_CREAT 00000100u
#define F_O_TMPFILE 020000000u /* without O_DIRECTORY, which differs */
#define F_S_ISUID 04000u
#define F_S_ISGID 02000u
#define CREATES (F_O_CREAT | F_O_TMPFILE)
#define SET_ID_BITS (F_S_ISUID | F_S_ISGID)

/* AF_UNIX, AF_INET, AF_INET6 */
static const struct value_set families = {UINT32_MAX, 3, {1, 2, 10}};
/* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET; the kernel keeps flags above the lowest four bits */
static const struct value_set socket_types = {0xf, 3, {1, 2, 5}};
/* The domain's own; IPPROTO_ICMP, which is also AF_UNIX; IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6 */
static const struct value_set protocols = {UINT32_MAX, 5, {0, 1, 6, 17, 58}};

#define ABSENT SECCOMP_ABSENT
#define ALWAYS {TEST_NONE, 0, 0, NULL}
#define EQUALS(argument, value) {TEST_EQUALS, argument, value, NULL}
#define ANY_BIT(argument, mask) {TEST_ANY_BIT, argument, mask, NULL}
#define NONE_OF(argument, allowed) {TEST_NONE_OF, argument, 0, &(allowed)}

#define CALL(name, x86_64, aarch64, error, ...) {#name, {x86_64, aarch64}, error, {__VA_ARGS__}},
const struct refusal seccomp_refusals[] = {
#include "seccomp_table.def"
};
#undef CALL
const size_t seccomp_refusal_count = COUNT(seccomp_refusals);

/* A number as the C library spells it; the macro's own name where it knows none. */
#define SPELLED(text) #text
#define SPELLING(number) SPELLED(number)
#define SAME(left, right) (__builtin_strcmp(left, right) == 0)
#if defined(__x86_64__)
#define OWN_COLUMN(x86_64, aarch64) #x86_64
#else
#define OWN_COLUMN(x86_64, aarch64) #aarch64
#endif

#define CALL(name, x86_64, aarch64, ...)                                                                              \
    _Static_assert(SAME(SPELLING(SYS_##name), OWN_COLUMN(x86_64, aarch64)) ||                                         \
                       SAME(SPELLING(SYS_##name), "SYS_" #name),                                                      \
                   "the number of " #name " is not the C library's");
#include "seccomp_table.def"
#undef CALL
