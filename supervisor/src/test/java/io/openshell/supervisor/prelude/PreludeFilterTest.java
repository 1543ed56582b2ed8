package io.openshell.supervisor.prelude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PreludeFilterTest {

    /** Of x86-64: setns, unshare, clone, clone3, execve, openat, seccomp, ioctl, sendmsg. */
    private static final List<Long> NEEDED = List.of(308L, 272L, 56L, 435L, 59L, 257L, 317L, 16L, 46L);

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void refuses_exactly_the_calls_of_the_table(Architecture architecture) {
        List<Instruction> program = PreludeFilter.program(architecture);
        Set<Long> denied = Arrays.stream(DeniedCall.values())
                .map(call -> (long) call.number(architecture))
                .collect(Collectors.toSet());
        assertThat(denied).hasSameSizeAs(DeniedCall.values());
        for (long number = 0; number < 600; number++) {
            assertThat(BpfMachine.run(program, architecture.audit(), number))
                    .as("call %d", number)
                    .isEqualTo(denied.contains(number) ? PreludeFilter.REFUSE : PreludeFilter.ALLOW);
        }
    }

    /** The generic header is that of aarch64. Headers older than a call do not know it. */
    @ParameterizedTest
    @CsvSource({"X86_64, /usr/include/x86_64-linux-gnu/asm/unistd_64.h", "AARCH64, /usr/include/asm-generic/unistd.h"})
    void the_numbers_are_those_of_the_kernels_headers(Architecture architecture, Path header) throws IOException {
        assumeTrue(Files.exists(header), () -> header + ": not found (expected: the kernel's headers)");
        Map<String, Integer> known = Pattern.compile("#define __NR_(\\w+)\\s+(\\d+)")
                .matcher(Files.readString(header))
                .results()
                .collect(Collectors.toMap(line -> line.group(1), line -> Integer.valueOf(line.group(2))));
        assertThat(known).containsEntry("seccomp", architecture.seccompNumber());
        assertThat(DeniedCall.values()).allSatisfy(call -> {
            String name = call.name().toLowerCase(Locale.ROOT);
            assertThat(known.getOrDefault(name, call.number(architecture)))
                    .as(name)
                    .isEqualTo(call.number(architecture));
        });
    }

    @Test
    void refuses_every_call_of_the_references_prelude() {
        // mount fsopen fsconfig fsmount fspick move_mount open_tree pivot_root umount2 bpf perf_event_open userfaultfd
        // init_module finit_module delete_module kexec_load kexec_file_load, on x86-64
        List<Long> reference = List.of(
                165L, 430L, 431L, 432L, 433L, 429L, 428L, 155L, 166L, 321L, 298L, 323L, 175L, 313L, 176L, 246L, 320L);
        List<Instruction> program = PreludeFilter.program(Architecture.X86_64);
        assertThat(reference)
                .allSatisfy(number -> assertThat(BpfMachine.run(program, Architecture.X86_64.audit(), number))
                        .isEqualTo(PreludeFilter.REFUSE));
    }

    @Test
    void leaves_what_setting_up_needs() {
        List<Instruction> program = PreludeFilter.program(Architecture.X86_64);
        assertThat(NEEDED)
                .allSatisfy(number -> assertThat(BpfMachine.run(program, Architecture.X86_64.audit(), number))
                        .isEqualTo(PreludeFilter.ALLOW));
    }

    @Test
    void kills_a_call_of_another_architecture() {
        List<Instruction> program = PreludeFilter.program(Architecture.X86_64);
        long i386 = 0x40000003L;
        assertThat(BpfMachine.run(program, i386, 21)).isEqualTo(PreludeFilter.KILL_PROCESS);
        assertThat(BpfMachine.run(program, Architecture.AARCH64.audit(), 40)).isEqualTo(PreludeFilter.KILL_PROCESS);
    }

    @Test
    void refuses_x32_numbers() {
        List<Instruction> program = PreludeFilter.program(Architecture.X86_64);
        for (long number : List.of(0x40000000L, 0x40000000L + 165, 0x40000000L + 39, 0xFFFFFFFFL)) {
            assertThat(BpfMachine.run(program, Architecture.X86_64.audit(), number))
                    .isEqualTo(PreludeFilter.REFUSE);
        }
    }
}
