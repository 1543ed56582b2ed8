package io.openshell.supervisor.control;

import java.util.Arrays;
import java.util.List;

/** What the supervisor says. Descriptors in a message stay the sender's. */
public sealed interface SupervisorMessage {

    /**
     * Build the sandbox.
     *
     * @param hostname the sandbox's name
     * @param keepRunning go on when the supervisor goes away
     * @param uid the agent's, inside; 1 to 4294967294
     * @param gid the agent's, inside; 1 to 4294967294
     * @param user the account's name
     * @param mounts what the private root shows, in this order
     * @param files what is written into it
     * @param readOnly Landlock paths
     * @param readWrite Landlock paths
     * @param landlock how much is asked of Landlock
     * @param tcpToProxyOnly whether Landlock refuses TCP to anywhere but the proxy, the agent's own loopback too
     * @param contained whether root and network are those of a container that an engine has made; there are no mounts then
     * @param door two descriptor numbers: the listening socket at which a supervisor may come back, and the pid namespace that
     *     supervisors live in; or none
     */
    record Launch(
            String hostname,
            boolean keepRunning,
            long uid,
            long gid,
            String user,
            List<Mount> mounts,
            List<PlacedFile> files,
            List<String> readOnly,
            List<String> readWrite,
            Landlock landlock,
            boolean tcpToProxyOnly,
            boolean contained,
            List<Integer> door)
            implements SupervisorMessage {

        private static final int DOOR = 2;

        public Launch {
            door = List.copyOf(door);
            if (!door.isEmpty() && (door.size() != DOOR || !keepRunning)) {
                throw new IllegalArgumentException(
                        "door: " + door + " (expected: two, for a sandbox that outlives its supervisor, or none)");
            }
            mounts = List.copyOf(mounts);
            files = List.copyOf(files);
            readOnly = List.copyOf(readOnly);
            readWrite = List.copyOf(readWrite);
        }

        /** The same for a sandbox that goes on when its supervisor goes away, until one comes to this door. */
        public Launch outliving(ResumeSocket.Listening at) {
            return new Launch(
                    hostname,
                    true,
                    uid,
                    gid,
                    user,
                    mounts,
                    files,
                    readOnly,
                    readWrite,
                    landlock,
                    tcpToProxyOnly,
                    contained,
                    at.numbers());
        }
    }

    /**
     * Run a command.
     *
     * @param spawn the number that news of it will carry
     * @param environment {@code KEY=VALUE}, nothing else is set
     * @param directory absolute, inside
     * @param stdio three descriptor numbers, or none with a terminal
     * @param terminal whether the launcher makes a terminal for it
     */
    record Spawn(
            int spawn,
            List<String> arguments,
            List<String> environment,
            String directory,
            List<Integer> stdio,
            boolean terminal,
            WindowSize size)
            implements SupervisorMessage {

        public Spawn {
            arguments = List.copyOf(arguments);
            environment = List.copyOf(environment);
            stdio = List.copyOf(stdio);
        }
    }

    /** Send a signal to a command's process group. */
    record Signal(int spawn, int number) implements SupervisorMessage {}

    /** A command's terminal has another size. */
    record Resize(int spawn, WindowSize size) implements SupervisorMessage {}

    /** Who holds the connection between these two ends? */
    record Identify(int query, Peer agent, Peer proxy) implements SupervisorMessage {}

    /** Open the executable of exactly this process. */
    record OpenExe(int query, int pid, long startTime) implements SupervisorMessage {}

    /** Where do these paths lead inside? */
    record Resolve(int query, List<String> paths) implements SupervisorMessage {
        public Resolve {
            paths = List.copyOf(paths);
        }
    }

    /**
     * What lies at these paths, and what do these files hold? Only before {@link Launch}.
     *
     * @param paths whose kind is asked for
     * @param files whose content is asked for too
     */
    record Look(int query, List<String> paths, List<String> files, List<String> directories)
            implements SupervisorMessage {
        public Look {
            paths = List.copyOf(paths);
            files = List.copyOf(files);
            directories = List.copyOf(directories);
        }
    }

    /** Hold on to this for a supervisor that comes back, in place of what it held before. */
    final class Keep implements SupervisorMessage {

        /** The longest state, in bytes. */
        public static final int MAX_STATE = 1024 * 1024;

        private final long supervisor;
        private final SecretBytes state;

        /**
         * @param supervisor this process's id, to be told to others
         * @param state 1 to {@link #MAX_STATE} bytes; stays the caller's, who must not change it before it is sent
         */
        public Keep(long supervisor, SecretBytes state) {
            int length = state.bytes().length;
            if (supervisor < 1 || length == 0 || length > MAX_STATE) {
                throw new IllegalArgumentException(
                        "state: " + length + " bytes of process " + supervisor + " (expected: 1 to " + MAX_STATE + ")");
            }
            this.supervisor = supervisor;
            this.state = state;
        }

        long supervisor() {
            return supervisor;
        }

        SecretBytes state() {
            return state;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Keep keep && supervisor == keep.supervisor && state.equals(keep.state);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(supervisor);
        }

        @Override
        public String toString() {
            return "Keep[" + state + "]";
        }
    }

    /**
     * This supervisor comes back.
     *
     * @param version of the protocol
     * @param namespace descriptor number of the pid namespace that it lives in
     */
    record Resume(int version, int namespace) implements SupervisorMessage {}

    /** End everything. */
    record Shutdown() implements SupervisorMessage {}

    /** A terminal's size in characters. */
    record WindowSize(int rows, int columns) {
        /** What a terminal has that says nothing. */
        public static final WindowSize UNKNOWN = new WindowSize(0, 0);
    }

    /** One end of a TCP connection. */
    final class Peer {
        private final byte[] address;
        private final int port;

        /** @param address 4 or 16 bytes */
        public Peer(byte[] address, int port) {
            if (address.length != 4 && address.length != 16) {
                throw new IllegalArgumentException("address: " + address.length + " bytes (expected: 4 or 16)");
            }
            this.address = address.clone();
            this.port = port;
        }

        byte[] address() {
            return address;
        }

        int port() {
            return port;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Peer peer && port == peer.port && Arrays.equals(address, peer.address);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(address) + port;
        }

        @Override
        public String toString() {
            return Arrays.toString(address) + ":" + port;
        }
    }

    /** How much is asked of Landlock. */
    enum Landlock {
        /** Use what the kernel has, and say what it lacks. */
        BEST_EFFORT(0),
        /** No Landlock, or a path that cannot be opened: no sandbox. */
        HARD_REQUIREMENT(1),
        /** The policy names no path. */
        OFF(2);

        final int wire;

        Landlock(int wire) {
            this.wire = wire;
        }
    }

    /**
     * A part of the private root.
     *
     * @param path inside
     * @param source on the host, for binds; empty for the others
     * @param optional whether a missing source is skipped
     */
    record Mount(Kind kind, String path, String source, boolean optional) {

        /** What is put there. */
        public enum Kind {
            /** A host path, read-only. */
            READ_ONLY(1),
            /** A host path, writable. */
            READ_WRITE(2),
            /** Bound so that its owner appears as the agent, and nothing is chowned. */
            WORKDIR(3),
            /** A tmpfs of its own. */
            FRESH(4),
            /** A directory on the private root, if it has none there. */
            EMPTY_DIRECTORY(5);

            final int wire;

            Kind(int wire) {
                this.wire = wire;
            }
        }
    }

    /** A file that is written over the root, with the directories above it. */
    final class PlacedFile {
        private final String path;
        private final int mode;
        private final byte[] content;

        public PlacedFile(String path, int mode, byte[] content) {
            this.path = path;
            this.mode = mode;
            this.content = content.clone();
        }

        /** Where, inside. */
        public String path() {
            return path;
        }

        /** Its permissions. */
        public int mode() {
            return mode;
        }

        /** A copy of what it holds. */
        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof PlacedFile file
                    && path.equals(file.path)
                    && mode == file.mode
                    && Arrays.equals(content, file.content);
        }

        @Override
        public int hashCode() {
            return path.hashCode();
        }

        @Override
        public String toString() {
            return path + " (" + content.length + " bytes, mode " + Integer.toOctalString(mode) + ")";
        }
    }
}
