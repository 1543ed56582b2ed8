package io.openshell.plugin.docker;

import java.util.Arrays;
import java.util.List;

/** A capability that the launcher has in a container. The agent has none. All others are taken away. */
enum GivenCapability {
    CHOWN("the agent's own folder is given to the agent's user"),
    DAC_READ_SEARCH(
            "a program is hashed that only its owner may read, and open descriptors of others are looked through"),
    KILL("processes of the agent's user are ended and get signals"),
    SETGID("the agent's group, and no other"),
    SETPCAP("the bounding set is cleared"),
    SETUID("the agent's user, with no way back"),
    SYS_PTRACE("who owns a connection is read in /proc/PID/fd and /proc/PID/exe of another user's process");

    private final String reason;

    GivenCapability(String reason) {
        this.reason = reason;
    }

    /** What for. */
    String reason() {
        return reason;
    }

    /** All of them, as the engines write them. */
    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }
}
