package io.openshell.distribution.life;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The lines of {@code /proc/PID/status}. All of them, known or not, but those that measure what a process does, and those
 * that say which processor the machine has.
 */
final class PostureStatus {

    private static final String[] CAPABILITIES =
            ("chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable"
                            + " net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio"
                            + " sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time"
                            + " sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin"
                            + " syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore")
                    .split(" ");

    private static final Path HIGHEST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");

    /** Beyond this many, a set is told by what it is the same as. */
    private static final int FEW = 8;

    private static final String[] SIGNALS =
            ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU"
                            + " URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
                    .split(" ");

    /** What a process does or uses, and where it may run: no part of how it is confined. */
    private static final Set<String> MEASURES = Set.of(
            "State",
            "Ngid",
            "FDSize",
            "VmPeak",
            "VmSize",
            "VmLck",
            "VmPin",
            "VmHWM",
            "VmRSS",
            "RssAnon",
            "RssFile",
            "RssShmem",
            "VmData",
            "VmStk",
            "VmExe",
            "VmLib",
            "VmPTE",
            "VmPMD",
            "VmSwap",
            "HugetlbPages",
            "SigQ",
            "voluntary_ctxt_switches",
            "nonvoluntary_ctxt_switches");

    /** What is the machine's, or set by its boot options, the same for each process. */
    private static final Set<String> MACHINE = Set.of(
            "THP_enabled",
            "untag_mask",
            "Speculation_Store_Bypass",
            "SpeculationIndirectBranch",
            "Cpus_allowed",
            "Cpus_allowed_list",
            "Mems_allowed",
            "Mems_allowed_list",
            "x86_Thread_features",
            "x86_Thread_features_locked");

    private static final Set<String> NUMBERS =
            Set.of("Tgid", "Pid", "PPid", "TracerPid", "NStgid", "NSpid", "NSpgid", "NSsid");

    private static final Set<String> GROUPS = Set.of("NSpgid", "NSsid");

    private static final Set<String> OF_A_THREAD = Set.of("Name", "Pid", "NSpid", "SigPnd");

    private PostureStatus() {}

    /** The lines of a process, or of one of its threads. */
    static List<String> of(ProcFile status, PostureNames names, boolean inUserNamespace) {
        List<String> lines = new ArrayList<>();
        for (String line : status.lines()) {
            String[] parts = line.split(":\\s*", 2);
            if (!MEASURES.contains(parts[0]) && !MACHINE.contains(parts[0])) {
                lines.add((parts[0] + ": " + value(parts[0], parts[1].strip(), names, inUserNamespace)).strip());
            }
        }
        return lines;
    }

    /** Whether this kernel has a line of that name. */
    static boolean isKnownHere(String name) {
        return ProcFile.own("status").lines().stream().anyMatch(line -> line.startsWith(name + ":"));
    }

    /** Without what is each thread's own. */
    static List<String> common(List<String> lines) {
        return lines.stream()
                .filter(line -> !OF_A_THREAD.contains(line.substring(0, line.indexOf(':'))))
                .toList();
    }

    private static String value(String name, String value, PostureNames names, boolean inUserNamespace) {
        if (NUMBERS.contains(name)) {
            String[] numbers = value.split("\\s+");
            numbers[0] = GROUPS.contains(name) ? names.group(numbers[0]) : names.process(numbers[0]);
            return Arrays.stream(numbers).map(PostureStatus::inside).collect(Collectors.joining(", "));
        }
        if (name.startsWith("Cap")) {
            return capabilities(value, inUserNamespace);
        }
        if (name.startsWith("Sig") || name.equals("ShdPnd")) {
            // Numbers that C libraries keep for themselves, and leave ignored in what they start.
            return signals(value).replaceAll("^(32 33|32|33)$", "none").replaceAll(" 3[23]\\b", "");
        }
        return value.replaceAll("\\s+", " ");
    }

    /** Only the first process's number is certain inside: the probe before it was ready took the next ones. */
    private static String inside(String number) {
        return number.matches("[2-9]|\\d\\d+") ? "another number inside" : number;
    }

    /** Few by their names, many by comparison with all that this kernel has, or with those of the test's process. */
    private static String capabilities(String hexadecimal, boolean inUserNamespace) {
        long set = Long.parseUnsignedLong(hexadecimal, 16);
        if (Long.bitCount(set) <= FEW) {
            return names(set, CAPABILITIES, 0);
        }
        int count = Integer.parseInt(new ProcFile(HIGHEST_CAPABILITY).text()) + 1;
        if (inUserNamespace && set == (1L << count) - 1) {
            return "all";
        }
        boolean same = !inUserNamespace && ProcFile.own("status").text().contains("CapBnd:\t" + hexadecimal);
        return same ? "the test's" : names(set, CAPABILITIES, 0);
    }

    static String signals(String hexadecimal) {
        return names(Long.parseUnsignedLong(hexadecimal, 16), SIGNALS, 1);
    }

    private static String names(long set, String[] names, int first) {
        return set == 0
                ? "none"
                : IntStream.range(0, Long.SIZE)
                        .filter(bit -> ((set >>> bit) & 1) == 1)
                        .mapToObj(bit -> bit < names.length ? names[bit] : Integer.toString(bit + first))
                        .collect(Collectors.joining(" "));
    }
}
