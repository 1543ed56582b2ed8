/*
 * The kernel's own headers know every number: those of x86-64, and the generic ones, which are aarch64's. A call that
 * they have and reviewed-calls.txt has not was never judged.
 */
#include <string.h>

#include "check.h"
#include "reviewed_calls.h"

#define X86_64_HEADER "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
#define AARCH64_HEADER "/usr/include/asm-generic/unistd.h"

/* Of the generic header: the calls of 32-bit machines, and marks that are no calls. */
static bool is_of_aarch64(const char *name, uint32_t number)
{
    static const char *const others[] = {"syscalls", "arch_specific_syscall", "sync_file_range2"};
    for (size_t index = 0; index < sizeof others / sizeof others[0]; index++) {
        if (strcmp(name, others[index]) == 0) {
            return false;
        }
    }
    return number < 403 || number > 423;
}

static const char *common_name(const char *name)
{
    return strcmp(name, "fstatat") == 0 ? "newfstatat" : name;
}

static void check_call(const struct reviewed_calls *calls, enum seccomp_architecture architecture, const char *name,
                       uint32_t number)
{
    const struct reviewed_call *call = reviewed_find(calls, name);
    if (call == NULL || call->numbers[architecture] != number) {
        (void)fprintf(stderr, "%s %u: not in reviewed-calls.txt (expected: every call of the kernel's headers)\n", name,
                      number);
    }
    CHECK(call != NULL && call->numbers[architecture] == number);
}

/* Lines like "#define __NR_mount 40"; those that differ between 32 and 64 bits are "__NR3264_lseek 62". */
static void check_header(const struct reviewed_calls *calls, enum seccomp_architecture architecture, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("skipped: %s: not there (expected: the kernel's headers, as from linux-libc-dev)\n", path);
        return;
    }
    char line[256];
    char name[64];
    uint32_t number = 0;
    unsigned checked = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "#define __NR_%63s %u", name, &number) != 2 &&
            sscanf(line, "#define __NR3264_%63s %u", name, &number) != 2) {
            continue;
        }
        if (architecture == SECCOMP_X86_64 || is_of_aarch64(name, number)) {
            check_call(calls, architecture, common_name(name), number);
            checked++;
        }
    }
    (void)fclose(file);
    CHECK(checked > 290);
}

int main(int argc, char **argv)
{
    static struct reviewed_calls calls;
    CHECK(argc == 2);
    reviewed_read(argv[1], &calls);
    check_header(&calls, SECCOMP_X86_64, X86_64_HEADER);
    check_header(&calls, SECCOMP_AARCH64, AARCH64_HEADER);
    return 0;
}
