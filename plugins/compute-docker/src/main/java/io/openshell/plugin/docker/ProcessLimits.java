package io.openshell.plugin.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * This process's own limits. Podman without systemd sets limits that it may not have itself, and then starts nothing; what
 * this process may have, an engine of the same machine may have too.
 */
final class ProcessLimits {

    private static final long MOST_OPEN_FILES = 1 << 16;
    private static final long MOST_PROCESSES = 1 << 16;
    private static final int LONGEST_SETTING = 32;
    private static final Path PID_MAX = Path.of("/proc/sys/kernel/pid_max");
    private static final Path OWN = Path.of("/proc/self/limits");

    private ProcessLimits() {}

    static long openFiles() {
        return hard("Max open files", MOST_OPEN_FILES);
    }

    static long processes() {
        return Math.min(hard("Max processes", MOST_PROCESSES), pidMax());
    }

    /** Podman lowers its own limit to this. */
    private static long pidMax() {
        // In one piece: the kernel gives such a file once, and Files.readString asks for its first byte alone.
        try (InputStream setting = Files.newInputStream(PID_MAX)) {
            return Long.parseLong(new String(setting.readNBytes(LONGEST_SETTING), StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return MOST_PROCESSES;
        }
    }

    private static long hard(String name, long most) {
        try {
            Matcher line = Pattern.compile("(?m)^" + name + " +\\S+ +([0-9]+) ").matcher(Files.readString(OWN));
            return line.find() ? Math.min(most, Long.parseLong(line.group(1))) : most;
        } catch (IOException e) {
            return most;
        }
    }
}
