package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.NativeDescriptor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the launcher says. A descriptor in a message belongs to whoever receives the message. */
public sealed interface LauncherMessage {

    /** An answer to the query with this number. */
    sealed interface Answer extends LauncherMessage {
        /** The number that the query had. */
        int query();
    }

    /** News of one spawned command. */
    sealed interface SpawnNews extends LauncherMessage {
        /** The number that the supervisor gave the command. */
        int spawn();
    }

    /**
     * The first message.
     *
     * @param version of the protocol
     * @param landlockAbi what the kernel offers, 0 if it has no Landlock
     * @param kernel the kernel's release
     */
    record Hello(int version, int landlockAbi, String kernel) implements LauncherMessage {}

    /**
     * The sandbox stands and has proven what it refuses.
     *
     * @param listener the socket that listens on 10.200.0.1:3128 in the gate namespace, or on a container's loopback
     * @param landlockAbi the one in force
     * @param readOnlyRules Landlock rules for read-only paths
     * @param readWriteRules Landlock rules for writable paths
     * @param steps what was done, in order
     * @param skipped declared paths that are not there
     * @param landlockUnavailable the policy said best_effort and Landlock is not in force; the step {@code landlock} says why
     * @param attempts what a probe under the agent's confinement tried, in order; never empty, and none came out
     *     otherwise than expected
     * @param attestationMicros how long all of them took
     * @param bypassesUnseen why the kernel cannot tell of attempts to connect without the proxy; empty if it can
     * @param launcher the launcher's version
     */
    record Ready(
            NativeDescriptor listener,
            int landlockAbi,
            int readOnlyRules,
            int readWriteRules,
            List<Step> steps,
            List<Skipped> skipped,
            boolean landlockUnavailable,
            List<Attempt> attempts,
            int attestationMicros,
            String bypassesUnseen,
            String launcher)
            implements LauncherMessage {}

    /**
     * The sandbox is this supervisor's from now on. News of each spawn follows.
     *
     * @param ready what was said when the sandbox stood, with the same listening socket
     * @param state what was kept; whoever takes the message overwrites it when it is read
     * @param spawns the commands that were started
     */
    record Resumed(Ready ready, SecretBytes state, List<Integer> spawns) implements LauncherMessage {}

    /**
     * This supervisor does not get the sandbox; the conversation ends.
     *
     * @param supervisor who has it, 0 if nobody has
     */
    record Refused(Refusal why, String text, long supervisor) implements LauncherMessage {}

    /** Why a supervisor was refused. */
    enum Refusal {
        /** Another one is there. */
        SUPERVISED(1),
        /** It is not the owner's. */
        OTHER_USER(2),
        /** The one before left nothing. */
        NOT_KEPT(3),
        /** It is in another pid namespace than the one before. */
        NOT_AT_HOME(4),
        /** It is of another release. */
        VERSION(5),
        /** It said something else than that it comes back. */
        PROTOCOL(6);

        final int wire;

        Refusal(int wire) {
            this.wire = wire;
        }
    }

    /**
     * The sandbox could not be built; the launcher ends.
     *
     * @param step what was being done
     * @param subject the path or value that it was done with
     * @param errno why
     * @param hint what to do about it, empty if there is nothing to say
     */
    record Failed(String step, String subject, int errno, String hint) implements LauncherMessage {}

    /**
     * A command runs.
     *
     * @param pid in the sandbox's own numbering
     * @param terminal the terminal's near side, if one was asked for
     * @param steps the child's own enforcement, in order, each verified
     */
    record Started(int spawn, int pid, @Nullable NativeDescriptor terminal, List<Step> steps) implements SpawnNews {}

    /**
     * A command did not start.
     *
     * @param step {@code exec} if the program could not be executed, else the enforcement step that failed
     */
    record SpawnFailed(int spawn, String step, String subject, int errno) implements SpawnNews {}

    /**
     * A command has ended.
     *
     * @param exitCode -1 if a signal ended it
     * @param signal 0 if none did
     * @param memoryKills how many processes of its container the kernel has killed so far because the container's own
     *     memory ran out; empty where the launcher does not count, which is outside a container
     * @param sandboxAskedToEnd whether somebody outside had asked the launcher to end, and it has passed that on
     */
    record Exited(int spawn, int exitCode, int signal, OptionalLong memoryKills, boolean sandboxAskedToEnd)
            implements SpawnNews {}

    /**
     * Who holds a socket.
     *
     * @param status what came of the search
     * @param error a sentence if it failed, else empty
     * @param inode the socket's
     * @param owners every process that holds it
     */
    record Identity(int query, SearchStatus status, String error, int errno, long inode, List<Owner> owners)
            implements Answer {}

    /**
     * A process's executable, opened.
     *
     * @param opened readable; {@code null} if it could not be opened
     * @param executable what the opened file is; {@code null} if it could not be opened
     */
    record Exe(
            int query,
            @Nullable NativeDescriptor opened,
            @Nullable Executable executable,
            int errno) implements Answer {}

    /** Where paths lead inside the sandbox, in the order asked. */
    record Resolved(int query, List<ResolvedPath> paths) implements Answer {}

    /** What an image's root has, in the order asked. */
    record Seen(int query, List<SeenPath> paths) implements Answer {}

    /**
     * What lies at one path.
     *
     * @param errno why it could not be looked at or read, else 0
     * @param content what a file holds that was asked for, as ISO 8859-1, which keeps every byte; else empty
     */
    record SeenPath(String path, Kind kind, int errno, String content) {

        /** What it is, where a link leads. */
        public enum Kind {
            NOTHING(0),
            FILE(1),
            DIRECTORY(2),
            OTHER(3);

            final int wire;

            Kind(int wire) {
                this.wire = wire;
            }
        }
    }

    /**
     * A process tried to connect somewhere without the proxy; the sandbox's network refuses that.
     *
     * @param pid of the process
     * @param startTime as an owner's; 0 if unknown
     * @param executable its path is empty if it could not be found out
     * @param destination the address and port that it tried
     * @param transport {@code tcp}, {@code udp} or {@code other}
     * @param suppressed how many more there were since the last message
     * @param ancestors from the parent upwards, perhaps not all
     */
    record Bypass(
            int pid,
            long startTime,
            Executable executable,
            InetSocketAddress destination,
            String transport,
            long suppressed,
            List<Ancestor> ancestors)
            implements LauncherMessage {}

    /** What came of a search for a socket's owners. */
    enum SearchStatus {
        FOUND(0),
        NO_SOCKET(1),
        NO_OWNER(2),
        ERROR(3);

        final int wire;

        SearchStatus(int wire) {
            this.wire = wire;
        }
    }

    /** One enforcement step. */
    record Step(String name, String detail) {}

    /**
     * One thing that the probe tried.
     *
     * @param expected what the sandbox declares to come of it, and what answers so
     * @param came what came of it, or why it says nothing about this sandbox
     */
    record Attempt(String name, String expected, String came, AttemptOutcome outcome) {}

    /** How an attempt compares with what was expected. The launcher does not report a sandbox with any other. */
    enum AttemptOutcome {
        AS_EXPECTED(1),
        NOT_APPLICABLE(2);

        final int wire;

        AttemptOutcome(int wire) {
            this.wire = wire;
        }
    }

    /**
     * What was declared and is left out.
     *
     * @param what what there is not for it
     */
    record Skipped(String path, String reason, int errno, What what) {

        /** What was left out. */
        public enum What {
            /** The path itself: the sandbox does not show it. */
            MOUNT(1),
            /** A Landlock rule: the path cannot be used. */
            RULE(2),
            /** The limit of TCP to the proxy; the path is then {@code TCP}. */
            TCP_LIMIT(3);

            final int wire;

            What(int wire) {
                this.wire = wire;
            }
        }
    }

    /**
     * A process that holds a socket.
     *
     * @param startTime in clock ticks since boot; with the pid it names one process for ever
     * @param ancestors from the parent upwards
     * @param commandLinePaths absolute paths among the arguments, its own and its ancestors'; they grant nothing
     */
    record Owner(
            int pid, long startTime, Executable executable, List<Ancestor> ancestors, List<String> commandLinePaths) {}

    /**
     * A process above an owner.
     *
     * @param startTime as an owner's; 0 if the launcher did not say
     */
    record Ancestor(int pid, Executable executable, long startTime) {}

    /**
     * A file that is being executed.
     *
     * @param path inside the sandbox
     * @param deleted the path names it no longer
     * @param modifiedNanos since 1970
     * @param changedNanos since 1970
     */
    record Executable(
            String path, boolean deleted, long device, long inode, long size, long modifiedNanos, long changedNanos) {}

    /**
     * Where one path leads.
     *
     * @param target with every link followed inside the sandbox's root; empty if it leads nowhere
     */
    record ResolvedPath(String original, boolean ok, String target, int errno) {}
}
