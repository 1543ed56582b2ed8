package io.openshell.supervisor.control;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a supervisor needs to know of a sandbox that another one has started, as it lies in the launcher's memory. It
 * is never written to a disk, and never holds the agent's environment or the value of a credential.
 *
 * @param sandbox who it is
 * @param agent who the agent is inside
 * @param policy what is in force
 * @param hosts names that the sandbox resolves by itself
 * @param upstreamCas files with authorities that upstream servers may have besides the system's
 * @param authority the sandbox's certificate authority
 * @param trust which executables were seen
 * @param commands those that were started
 * @param caller what the program around the supervisor wants to know again
 */
public record KeptState(
        Sandbox sandbox,
        Agent agent,
        KeptPolicy policy,
        List<Host> hosts,
        List<String> upstreamCas,
        Authority authority,
        Trust trust,
        List<KeptCommand> commands,
        CallerFacts caller) {

    /** The version of the form below; another one is of another release. */
    static final int VERSION = 4;

    public KeptState {
        hosts = List.copyOf(hosts);
        upstreamCas = List.copyOf(upstreamCas);
        commands = List.copyOf(commands);
    }

    /**
     * At most {@link SupervisorMessage.Keep#MAX_STATE} bytes. Executables that do not fit are left out, and then {@link
     * Trust#complete()} is false when it is read back.
     *
     * @throws IllegalArgumentException if it does not fit without any executable
     */
    public Encoded encode() {
        return KeptStateCodec.encode(this);
    }

    /**
     * Reads it strictly.
     *
     * @throws MalformedFrameException if it is damaged, or of another release
     */
    public static KeptState decode(SecretBytes state) throws MalformedFrameException {
        return KeptStateCodec.decode(state.bytes());
    }

    /**
     * A state as bytes.
     *
     * @param bytes whoever takes them overwrites them when they are sent
     * @param whole whether every executable fitted
     */
    public record Encoded(SecretBytes bytes, boolean whole) {}

    /**
     * Who the sandbox is.
     *
     * @param image empty if there is none
     * @param workload the driver's own name for it
     */
    public record Sandbox(String id, String name, Optional<String> image, String driver, String workload) {}

    /**
     * The account inside.
     *
     * @param workdir where commands start
     */
    public record Agent(String user, long uid, String group, long gid, String workdir) {}

    /**
     * A policy.
     *
     * @param name its file, or a phrase
     * @param text YAML
     * @param generation its number
     * @param hash of the compiled policy
     * @param links where its executables' links led when it was put in force: the agent may have changed them since
     */
    public record KeptPolicy(String name, String text, long generation, String hash, Map<String, List<String>> links) {
        public KeptPolicy {
            links = Map.copyOf(links);
        }
    }

    /** A name and what it stands for. */
    public record Host(String name, InetAddress address) {}

    /** Certificate and private key of an authority; the key is overwritten when nobody needs it any more. */
    public static final class Authority implements AutoCloseable {

        private final byte[] certificate;
        private final byte[] key;

        /**
         * @param certificate DER
         * @param key PKCS #8; this object's from now on
         */
        public Authority(byte[] certificate, byte[] key) {
            this.certificate = certificate.clone();
            this.key = key;
        }

        /** The certificate, DER. */
        public byte[] certificate() {
            return certificate.clone();
        }

        /** The key itself, no copy. */
        public byte[] key() {
            return key;
        }

        /** Overwrites the key. */
        @Override
        public void close() {
            Arrays.fill(key, (byte) 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Authority authority
                    && Arrays.equals(certificate, authority.certificate)
                    && Arrays.equals(key, authority.key);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(certificate);
        }

        @Override
        public String toString() {
            return "Authority[redacted]";
        }
    }

    /**
     * Trust on first use.
     *
     * @param hashes SHA-256 in hexadecimal, by path
     * @param complete whether these are all that were seen; if not, no other one can be trusted any more
     */
    public record Trust(Map<String, String> hashes, boolean complete) {
        public Trust {
            hashes = Map.copyOf(hashes);
        }
    }

    /**
     * A command.
     *
     * @param number the spawn's
     * @param program for messages
     * @param deadlineMillis when it is ended, since 1970; 0 for never
     * @param timeoutSeconds how long that was from its start
     */
    public record KeptCommand(int number, String program, long deadlineMillis, long timeoutSeconds) {}

    /**
     * A policy's file that is followed while the sandbox runs.
     *
     * @param file absolute
     * @param shared folders and files of this machine that the agent may write to, absolute
     */
    public record PolicyFile(String file, List<String> shared) {
        public PolicyFile {
            shared = List.copyOf(shared);
        }
    }

    /**
     * What the program around the supervisor was started with.
     *
     * @param events the file of events, absolute; empty for none
     * @param exporters log exporters, as they were named
     * @param plugins directories with plugins
     * @param watch how the policy is followed; empty if it is not
     * @param credentials which there are, and where their values come from
     * @param seen what of this machine the agent sees
     */
    public record CallerFacts(
            Optional<String> events,
            List<String> exporters,
            List<String> plugins,
            Optional<PolicyFile> watch,
            List<KeptCredential> credentials,
            SeenPaths seen) {

        /** Nothing. */
        public static final CallerFacts NONE =
                new CallerFacts(Optional.empty(), List.of(), List.of(), Optional.empty(), List.of(), SeenPaths.NONE);

        public CallerFacts {
            exporters = List.copyOf(exporters);
            plugins = List.copyOf(plugins);
            credentials = List.copyOf(credentials);
        }
    }

    /**
     * Folders and files of this machine that the agent sees: those from which nothing secret is read. Absolute, and without the
     * links that led there at the start, for a link that leads elsewhere today takes nothing from the agent.
     *
     * @param readable all of them
     * @param writable those that it may change
     */
    public record SeenPaths(List<String> readable, List<String> writable) {

        /** Nothing. */
        public static final SeenPaths NONE = new SeenPaths(List.of(), List.of());

        public SeenPaths {
            readable = List.copyOf(readable);
            writable = List.copyOf(writable);
        }
    }

    /**
     * A credential without its value, which is read again where it came from: no secret is kept.
     *
     * @param key the agent's variable
     * @param file whether the value is in a file; if not, in a variable
     * @param from the file or the variable
     * @param bindings where it may be sent
     * @param expiryMillis from when on it is refused, since 1970; 0 for never
     */
    public record KeptCredential(String key, boolean file, String from, List<String> bindings, long expiryMillis) {
        public KeptCredential {
            bindings = List.copyOf(bindings);
        }
    }
}
