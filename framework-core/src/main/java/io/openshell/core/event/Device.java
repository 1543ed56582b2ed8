package io.openshell.core.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that the events come from. */
final class Device {

    /** Its host name as the kernel has it, asked once; no name service is involved. */
    static final String HOSTNAME = hostname();

    private Device() {}

    private static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
