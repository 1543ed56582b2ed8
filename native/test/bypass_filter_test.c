/* Runs the notifying filters of both architectures through the tests' interpreter. */
#include "bypass_filter.h"

#include "check.h"
#include "filter_machine.h"

static struct seccomp_program program_for(const struct bypass_architecture *architecture)
{
    struct bypass_filter filter = bypass_filter_for(architecture);
    struct seccomp_program program = {.length = BYPASS_FILTER_LENGTH};
    memcpy(program.instructions, filter.instructions, sizeof filter.instructions);
    return program;
}

static uint32_t ask(const struct bypass_architecture *of, uint32_t audit, uint32_t number, uint64_t fifth)
{
    const struct seccomp_program program = program_for(of);
    /* What is not looked at is full of bits. */
    struct k_seccomp_data data = {.nr = (int32_t)number,
                                  .arch = audit,
                                  .instruction_pointer = UINT64_MAX,
                                  .args = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, fifth, UINT64_MAX}};
    return filter_run(&program, &data);
}

static void only_connect_and_sendto_with_an_address_are_told(const struct bypass_architecture *own)
{
    static const uint64_t addresses[] = {1, 0x7ffd00000000, 0x7ffd00000010, 0xffffffff, 1ull << 32, 1ull << 63};
    for (uint32_t number = 0; number < 1024; number++) {
        CHECK_EQUALS(ask(own, own->audit, number, 0),
                     number == own->connect ? K_SECCOMP_RET_USER_NOTIF : K_SECCOMP_RET_ALLOW);
        for (size_t index = 0; index < sizeof addresses / sizeof addresses[0]; index++) {
            bool told = number == own->connect || number == own->sendto;
            CHECK_EQUALS(ask(own, own->audit, number, addresses[index]),
                         told ? K_SECCOMP_RET_USER_NOTIF : K_SECCOMP_RET_ALLOW);
        }
    }
}

/* The main filter kills these; here they must not reach init, which would read them with the wrong numbers. */
static void other_numbers_are_left_to_the_main_filter(const struct bypass_architecture *own)
{
    static const uint32_t others[] = {0x40000003u /* i386 */, 0x40000028u /* arm */, 0, K_AUDIT_ARCH_X86_64,
                                      K_AUDIT_ARCH_AARCH64};
    for (size_t index = 0; index < sizeof others / sizeof others[0]; index++) {
        for (uint32_t number = 0; number < 1024 && others[index] != own->audit; number++) {
            CHECK_EQUALS(ask(own, others[index], number, 1), K_SECCOMP_RET_ALLOW);
        }
    }
    CHECK_EQUALS(ask(own, own->audit, 0x40000000u | own->connect, 1), K_SECCOMP_RET_ALLOW); /* x32 */
}

int main(void)
{
    CHECK_EQUALS(bypass_x86_64.connect, 42);
    CHECK_EQUALS(bypass_x86_64.sendto, 44);
    CHECK_EQUALS(bypass_aarch64.connect, 203);
    CHECK_EQUALS(bypass_aarch64.sendto, 206);
    const struct bypass_architecture *const architectures[] = {&bypass_x86_64, &bypass_aarch64};
    for (size_t index = 0; index < 2; index++) {
        const struct seccomp_program program = program_for(architectures[index]);
        filter_check(&program);
        only_connect_and_sendto_with_an_address_are_told(architectures[index]);
        other_numbers_are_left_to_the_main_filter(architectures[index]);
    }
    return 0;
}
