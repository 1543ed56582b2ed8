package io.openshell.plugin.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that asked for a container, known again after it has died: numbers are given anew, and so are those of a
 * machine that was started anew.
 *
 * @param text the boot's id, the process's number and when it started, as a label can hold it
 */
record OwnerProcess(String text) {

    /** Of {@code /proc/PID/stat}, counted after the name (proc_pid_stat(5)). */
    private static final int START_TIME = 19;

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** This process. */
    static OwnerProcess ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        return new OwnerProcess(started(pid).map(start -> text(pid, start)).orElse(""));
    }

    /** Whether it is certain that it has ended. */
    boolean isGone() {
        String[] parts = text.split("/", -1);
        if (parts.length != 3 || !parts[1].matches("[0-9]{1,10}")) {
            return false;
        }
        long pid = Long.parseLong(parts[1]);
        return started(pid).map(start -> !text(pid, start).equals(text)).orElse(true);
    }

    private static String text(long pid, String start) {
        try {
            return Files.readString(BOOT).strip() + "/" + pid + "/" + start;
        } catch (IOException e) {
            return "unknown/" + pid + "/" + start;
        }
    }

    private static Optional<String> started(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME]);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
