package io.openshell.supervisor.control;

import io.openshell.supervisor.control.KeptState.Agent;
import io.openshell.supervisor.control.KeptState.Authority;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.KeptState.Encoded;
import io.openshell.supervisor.control.KeptState.Host;
import io.openshell.supervisor.control.KeptState.KeptCommand;
import io.openshell.supervisor.control.KeptState.KeptCredential;
import io.openshell.supervisor.control.KeptState.KeptPolicy;
import io.openshell.supervisor.control.KeptState.PolicyFile;
import io.openshell.supervisor.control.KeptState.Sandbox;
import io.openshell.supervisor.control.KeptState.SeenPaths;
import io.openshell.supervisor.control.KeptState.Trust;
import io.openshell.supervisor.control.SupervisorMessage.Keep;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The kept state as fields, as in the frames that carry it. Every field is checked; nothing that is not asked for passes. */
final class KeptStateCodec {

    private static final int FIELD_HEADER = 6;
    private static final int SHA_256_BYTES = 32;

    private KeptStateCodec() {}

    static Encoded encode(KeptState state) {
        // So large from the start that it never grows, which would leave copies of the key in memory.
        FieldWriter out = new FieldWriter(Keep.MAX_STATE);
        try {
            out.u32(1, KeptState.VERSION)
                    .nested(2, state.sandbox(), KeptStateCodec::writeSandbox)
                    .nested(3, state.agent(), KeptStateCodec::writeAgent)
                    .nested(4, state.policy(), KeptStateCodec::writePolicy)
                    .nestedList(5, state.hosts(), KeptStateCodec::writeHost)
                    .texts(6, state.upstreamCas())
                    .nestedList(9, state.commands(), KeptStateCodec::writeCommand)
                    .nested(10, state.caller(), KeptStateCodec::writeCaller)
                    .bytes(7, state.authority().certificate())
                    .bytes(8, state.authority().key());
            boolean whole = writeTrust(out, state.trust());
            out.u8(11, whole ? 1 : 0);
            if (out.size() > Keep.MAX_STATE) {
                throw new IllegalArgumentException(
                        "state: " + out.size() + " bytes without executables (expected: at most " + Keep.MAX_STATE
                                + "; a shorter policy, or fewer hosts)");
            }
            return new Encoded(new SecretBytes(out.toBytes()), whole);
        } finally {
            out.wipe();
        }
    }

    static KeptState decode(byte[] bytes) throws MalformedFrameException {
        FieldReader fields = FieldReader.of("kept state", bytes);
        long version = fields.u32(1);
        if (version != KeptState.VERSION) {
            throw fields.malformed("version", version, KeptState.VERSION + "; the sandbox is of another release");
        }
        KeptState state = new KeptState(
                fields.nested(2, KeptStateCodec::sandbox),
                fields.nested(3, KeptStateCodec::agent),
                fields.nested(4, KeptStateCodec::policy),
                fields.nestedList(5, KeptStateCodec::host),
                fields.texts(6),
                new Authority(fields.bytes(7), fields.bytes(8)),
                trust(fields),
                fields.nestedList(9, KeptStateCodec::command),
                fields.nested(10, KeptStateCodec::caller));
        try {
            fields.end();
            return state;
        } catch (MalformedFrameException e) {
            state.authority().close();
            throw e;
        }
    }

    private static void writeSandbox(FieldWriter out, Sandbox sandbox) {
        out.text(1, sandbox.id()).text(2, sandbox.name());
        sandbox.image().ifPresent(image -> out.text(3, image));
        out.text(4, sandbox.driver()).text(5, sandbox.workload());
    }

    private static Sandbox sandbox(FieldReader fields) throws MalformedFrameException {
        return new Sandbox(
                fields.text(1), fields.text(2), optional(fields.texts(3), fields), fields.text(4), fields.text(5));
    }

    private static void writeAgent(FieldWriter out, Agent agent) {
        out.text(1, agent.user())
                .u32(2, agent.uid())
                .text(3, agent.group())
                .u32(4, agent.gid())
                .text(5, agent.workdir());
    }

    private static Agent agent(FieldReader fields) throws MalformedFrameException {
        Agent agent = new Agent(fields.text(1), fields.u32(2), fields.text(3), fields.u32(4), fields.text(5));
        if (agent.uid() == 0 || agent.gid() == 0) {
            throw fields.malformed("uid and gid", agent.uid() + " and " + agent.gid(), "1 and more");
        }
        return agent;
    }

    private static void writePolicy(FieldWriter out, KeptPolicy policy) {
        out.text(1, policy.name())
                .text(2, policy.text())
                .u64(3, policy.generation())
                .text(4, policy.hash())
                .nestedList(5, List.copyOf(new TreeMap<>(policy.links()).entrySet()), KeptStateCodec::writeLink);
    }

    private static KeptPolicy policy(FieldReader fields) throws MalformedFrameException {
        Map<String, List<String>> links = new HashMap<>();
        KeptPolicy policy = new KeptPolicy(fields.text(1), fields.text(2), fields.u64(3), fields.text(4), Map.of());
        for (Map.Entry<String, List<String>> link : fields.nestedList(5, KeptStateCodec::link)) {
            if (links.put(link.getKey(), link.getValue()) != null) {
                throw fields.malformed("link", link.getKey(), "once");
            }
        }
        if (policy.generation() < 1) {
            throw fields.malformed("generation", policy.generation(), "1 or more");
        }
        return new KeptPolicy(policy.name(), policy.text(), policy.generation(), policy.hash(), links);
    }

    private static void writeLink(FieldWriter out, Map.Entry<String, List<String>> link) {
        out.text(1, link.getKey()).texts(2, link.getValue());
    }

    private static Map.Entry<String, List<String>> link(FieldReader fields) throws MalformedFrameException {
        return Map.entry(fields.text(1), fields.texts(2));
    }

    private static void writeHost(FieldWriter out, Host host) {
        out.text(1, host.name()).bytes(2, host.address().getAddress());
    }

    private static Host host(FieldReader fields) throws MalformedFrameException {
        String name = fields.text(1);
        byte[] address = fields.bytes(2);
        try {
            return new Host(name, InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw fields.malformed("address", address.length + " bytes", "4 or 16");
        }
    }

    private static void writeCommand(FieldWriter out, KeptCommand command) {
        out.u32(1, command.number())
                .text(2, command.program())
                .u64(3, command.deadlineMillis())
                .u64(4, command.timeoutSeconds());
    }

    private static KeptCommand command(FieldReader fields) throws MalformedFrameException {
        KeptCommand command = new KeptCommand(fields.count(1), fields.text(2), fields.u64(3), fields.u64(4));
        if (command.deadlineMillis() < 0 || command.timeoutSeconds() < 0) {
            throw fields.malformed("deadline", command.deadlineMillis(), "0 or more");
        }
        return command;
    }

    private static void writeCaller(FieldWriter out, CallerFacts caller) {
        caller.events().ifPresent(events -> out.text(1, events));
        out.texts(2, caller.exporters()).texts(3, caller.plugins());
        out.nestedList(4, caller.watch().stream().toList(), KeptStateCodec::writePolicyFile);
        out.nestedList(5, caller.credentials(), KeptStateCodec::writeCredential);
        out.nested(6, caller.seen(), KeptStateCodec::writeSeen);
    }

    private static CallerFacts caller(FieldReader fields) throws MalformedFrameException {
        return new CallerFacts(
                optional(fields.texts(1), fields),
                fields.texts(2),
                fields.texts(3),
                optional(fields.nestedList(4, KeptStateCodec::policyFile), fields),
                fields.nestedList(5, KeptStateCodec::credential),
                fields.nested(6, KeptStateCodec::seen));
    }

    private static void writeSeen(FieldWriter out, SeenPaths seen) {
        out.texts(1, seen.readable()).texts(2, seen.writable());
    }

    private static SeenPaths seen(FieldReader fields) throws MalformedFrameException {
        return new SeenPaths(fields.texts(1), fields.texts(2));
    }

    private static void writePolicyFile(FieldWriter out, PolicyFile watch) {
        out.text(1, watch.file()).texts(2, watch.shared());
    }

    private static PolicyFile policyFile(FieldReader fields) throws MalformedFrameException {
        return new PolicyFile(fields.text(1), fields.texts(2));
    }

    private static void writeCredential(FieldWriter out, KeptCredential credential) {
        out.text(1, credential.key())
                .u8(2, credential.file() ? 1 : 0)
                .text(3, credential.from())
                .texts(4, credential.bindings())
                .u64(5, credential.expiryMillis());
    }

    private static KeptCredential credential(FieldReader fields) throws MalformedFrameException {
        KeptCredential credential =
                new KeptCredential(fields.text(1), fields.flag(2), fields.text(3), fields.texts(4), fields.u64(5));
        if (credential.expiryMillis() < 0 || credential.bindings().isEmpty()) {
            throw fields.malformed("credential", credential.key(), "bound, and an expiry of 0 or more");
        }
        return credential;
    }

    /** Whether all were written. */
    private static boolean writeTrust(FieldWriter out, Trust trust) {
        int room = Keep.MAX_STATE - out.size() - FIELD_HEADER - 1;
        boolean whole = trust.complete();
        for (Map.Entry<String, String> trusted : trust.hashes().entrySet()) {
            FieldWriter entry = new FieldWriter()
                    .text(1, trusted.getKey())
                    .bytes(2, HexFormat.of().parseHex(trusted.getValue()));
            int needed = FIELD_HEADER + entry.size();
            if (needed > room) {
                whole = false;
                continue;
            }
            room -= needed;
            out.bytes(12, entry.toBytes());
        }
        return whole;
    }

    private static Trust trust(FieldReader fields) throws MalformedFrameException {
        boolean complete = fields.flag(11);
        Map<String, String> hashes = new HashMap<>();
        for (Map.Entry<String, String> trusted : fields.nestedList(12, KeptStateCodec::trusted)) {
            if (hashes.put(trusted.getKey(), trusted.getValue()) != null) {
                throw fields.malformed("executable", trusted.getKey(), "once");
            }
        }
        return new Trust(hashes, complete);
    }

    private static Map.Entry<String, String> trusted(FieldReader fields) throws MalformedFrameException {
        String path = fields.text(1);
        byte[] hash = fields.bytes(2);
        if (hash.length != SHA_256_BYTES) {
            throw fields.malformed("hash", hash.length + " bytes", Integer.toString(SHA_256_BYTES));
        }
        return Map.entry(path, HexFormat.of().formatHex(hash));
    }

    private static <T> Optional<T> optional(List<T> values, FieldReader fields) throws MalformedFrameException {
        if (values.size() > 1) {
            throw fields.malformed("optional field", values.size() + " times", "at most once");
        }
        return values.stream().findFirst();
    }
}
