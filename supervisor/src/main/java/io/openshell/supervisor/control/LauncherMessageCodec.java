package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Ancestor;
import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.Bypass;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.Failed;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Owner;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Refusal;
import io.openshell.supervisor.control.LauncherMessage.Refused;
import io.openshell.supervisor.control.LauncherMessage.Resolved;
import io.openshell.supervisor.control.LauncherMessage.ResolvedPath;
import io.openshell.supervisor.control.LauncherMessage.Resumed;
import io.openshell.supervisor.control.LauncherMessage.SearchStatus;
import io.openshell.supervisor.control.LauncherMessage.Seen;
import io.openshell.supervisor.control.LauncherMessage.SpawnFailed;
import io.openshell.supervisor.control.LauncherMessage.Started;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The launcher's messages as frames, both ways (the supervisor only reads them; a launcher in a test writes them). */
final class LauncherMessageCodec {

    private static final int HELLO = 1;
    private static final int READY = 3;
    private static final int FAILED = 4;
    private static final int STARTED = 6;
    private static final int SPAWN_FAILED = 7;
    private static final int EXITED = 8;
    private static final int IDENTITY = 12;
    private static final int EXE = 14;
    private static final int RESOLVED = 17;
    private static final int BYPASS = 18;
    private static final int RESUMED = 22;
    private static final int REFUSED = 23;
    private static final int SEEN = 25;

    private static final int MAX_PORT = 65_535;
    private static final Set<String> TRANSPORTS = Set.of("tcp", "udp", "other");

    private LauncherMessageCodec() {}

    /** Reads a frame. The message owns the frame's descriptors; if this throws they are still the caller's. */
    static LauncherMessage decode(Frame frame) throws MalformedFrameException {
        return switch (frame.type()) {
            case HELLO -> whole(frame, "HELLO", LauncherMessageCodec::hello, 0);
            case READY -> whole(frame, "READY", fields -> ready(fields, frame), 1);
            case FAILED -> whole(frame, "FAILED", LauncherMessageCodec::failed, 0);
            case STARTED -> whole(frame, "STARTED", fields -> started(fields, frame), 0, 1);
            case SPAWN_FAILED -> whole(frame, "SPAWN_FAILED", LauncherMessageCodec::spawnFailed, 0);
            case EXITED -> whole(frame, "EXITED", LauncherMessageCodec::exited, 0);
            case IDENTITY -> whole(frame, "IDENTITY", LauncherMessageCodec::identity, 0);
            case EXE -> whole(frame, "EXE", fields -> exe(fields, frame), 0, 1);
            case RESOLVED -> whole(frame, "RESOLVED", LauncherMessageCodec::resolved, 0);
            case SEEN -> whole(frame, "SEEN", SeenCodec::read, 0);
            case BYPASS -> whole(frame, "BYPASS", LauncherMessageCodec::bypass, 0);
            case RESUMED -> whole(frame, "RESUMED", fields -> resumed(fields, frame), 1);
            case REFUSED -> whole(frame, "REFUSED", LauncherMessageCodec::refused, 0);
            default ->
                throw new MalformedFrameException("type: " + frame.type() + " (expected: a message of the launcher)");
        };
    }

    static Frame encode(LauncherMessage message) {
        return switch (message) {
            case Hello m ->
                new Frame(
                        HELLO,
                        new FieldWriter()
                                .u32(1, m.version())
                                .u32(2, m.landlockAbi())
                                .text(3, m.kernel()));
            case Ready m -> new Frame(READY, readyFields(m).toBytes(), numbers(m.listener()));
            case Resumed m ->
                new Frame(
                        RESUMED,
                        readyFields(m.ready())
                                .bytes(20, m.state().bytes())
                                .u32s(21, m.spawns())
                                .toBytes(),
                        numbers(m.ready().listener()));
            case Refused m ->
                new Frame(
                        REFUSED,
                        new FieldWriter().u32(1, m.why().wire).text(2, m.text()).u32(3, m.supervisor()));
            case Failed m ->
                new Frame(
                        FAILED,
                        new FieldWriter()
                                .text(1, m.step())
                                .text(2, m.subject())
                                .i32(3, m.errno())
                                .text(4, m.hint()));
            case Started m -> {
                FieldWriter fields = new FieldWriter().u32(1, m.spawn()).u32(2, m.pid());
                fields.nestedList(10, m.steps(), ReportCodec::writeStep);
                yield new Frame(STARTED, fields.toBytes(), numbers(m.terminal()));
            }
            case SpawnFailed m ->
                new Frame(
                        SPAWN_FAILED,
                        new FieldWriter()
                                .u32(1, m.spawn())
                                .text(2, m.step())
                                .text(3, m.subject())
                                .i32(4, m.errno()));
            case Exited m -> encodeExited(m);
            case Identity m -> encodeIdentity(m);
            case Exe m -> encodeExe(m);
            case Seen m -> new Frame(SEEN, SeenCodec.write(m));
            case Resolved m ->
                new Frame(
                        RESOLVED,
                        new FieldWriter()
                                .u32(1, m.query())
                                .nestedList(10, m.paths(), LauncherMessageCodec::writeResolvedPath));
            case Bypass m -> encodeBypass(m);
        };
    }

    private static <T> T whole(Frame frame, String name, FieldReader.Part<T> part, int... descriptors)
            throws MalformedFrameException {
        frame.requireDescriptors(name, descriptors);
        FieldReader fields = FieldReader.of(name, frame.payload());
        T message = part.read(fields);
        fields.end();
        return message;
    }

    private static Hello hello(FieldReader fields) throws MalformedFrameException {
        return new Hello(fields.count(1), fields.count(2), fields.text(3));
    }

    private static Ready ready(FieldReader fields, Frame frame) throws MalformedFrameException {
        List<Attempt> attempts = fields.nestedList(13, ReportCodec::attempt);
        if (attempts.isEmpty()) {
            throw fields.malformed("field 13", "none", "what the launcher tried before the sandbox was ready");
        }
        return new Ready(
                new NativeDescriptor(frame.descriptors().getFirst()),
                fields.count(1),
                fields.count(2),
                fields.count(3),
                fields.nestedList(10, ReportCodec::step),
                fields.nestedList(11, ReportCodec::skipped),
                fields.flagOrFalse(12),
                attempts,
                fields.count(14),
                fields.textOrEmpty(15),
                fields.text(16));
    }

    private static Resumed resumed(FieldReader fields, Frame frame) throws MalformedFrameException {
        Resumed message = new Resumed(ready(fields, frame), new SecretBytes(fields.bytes(20)), fields.counts(21));
        if (Set.copyOf(message.spawns()).size() != message.spawns().size()) {
            throw fields.malformed("field 21", message.spawns(), "each spawn once");
        }
        return message;
    }

    private static Refused refused(FieldReader fields) throws MalformedFrameException {
        int why = fields.count(1);
        for (Refusal refusal : Refusal.values()) {
            if (refusal.wire == why) {
                return new Refused(refusal, fields.textOrEmpty(2), fields.u32(3));
            }
        }
        throw fields.malformed("field 1", why, "1 to 6");
    }

    private static Failed failed(FieldReader fields) throws MalformedFrameException {
        return new Failed(fields.text(1), fields.textOrEmpty(2), fields.i32OrZero(3), fields.textOrEmpty(4));
    }

    private static Started started(FieldReader fields, Frame frame) throws MalformedFrameException {
        int spawn = fields.count(1);
        int pid = fields.count(2);
        List<Step> steps = fields.nestedList(10, ReportCodec::step);
        return new Started(spawn, pid, descriptor(frame), steps);
    }

    private static SpawnFailed spawnFailed(FieldReader fields) throws MalformedFrameException {
        return new SpawnFailed(fields.count(1), fields.text(2), fields.textOrEmpty(3), fields.i32OrZero(4));
    }

    private static Frame encodeExited(Exited message) {
        FieldWriter fields = new FieldWriter()
                .u32(1, message.spawn())
                .i32(2, message.exitCode())
                .i32(3, message.signal());
        message.memoryKills().ifPresent(kills -> fields.u64(4, kills));
        return new Frame(EXITED, fields.u8(5, message.sandboxAskedToEnd() ? 1 : 0));
    }

    private static Exited exited(FieldReader fields) throws MalformedFrameException {
        return new Exited(fields.count(1), fields.i32(2), fields.i32(3), fields.optionalU64(4), fields.flagOrFalse(5));
    }

    private static Identity identity(FieldReader fields) throws MalformedFrameException {
        int query = fields.count(1);
        SearchStatus status = searchStatus(fields);
        return new Identity(
                query,
                status,
                fields.textOrEmpty(3),
                fields.i32OrZero(4),
                fields.u64OrZero(5),
                fields.nestedList(10, LauncherMessageCodec::owner));
    }

    private static SearchStatus searchStatus(FieldReader fields) throws MalformedFrameException {
        int value = fields.count(2);
        for (SearchStatus status : SearchStatus.values()) {
            if (status.wire == value) {
                return status;
            }
        }
        throw fields.malformed("field 2", value, "0 to 3");
    }

    private static Exe exe(FieldReader fields, Frame frame) throws MalformedFrameException {
        int query = fields.count(1);
        boolean ok = fields.count(2) == 0;
        Executable executable = fields.nestedOrNull(3, LauncherMessageCodec::executable);
        int errno = fields.i32OrZero(4);
        if (ok != (frame.descriptors().size() == 1) || (ok && executable == null)) {
            throw fields.malformed("descriptors", frame.descriptors().size(), "one, with field 3, if status is 0");
        }
        return new Exe(query, descriptor(frame), ok ? executable : null, errno);
    }

    private static Resolved resolved(FieldReader fields) throws MalformedFrameException {
        return new Resolved(fields.count(1), fields.nestedList(10, LauncherMessageCodec::resolvedPath));
    }

    private static Bypass bypass(FieldReader fields) throws MalformedFrameException {
        int pid = fields.count(1);
        long startTime = fields.u64(2);
        Executable executable = fields.nested(3, LauncherMessageCodec::executable);
        InetAddress address = address(fields);
        long port = fields.u32(5);
        if (port > MAX_PORT) {
            throw fields.malformed("field 5", port, "0 to " + MAX_PORT);
        }
        String transport = fields.text(6);
        if (!TRANSPORTS.contains(transport)) {
            throw fields.malformed("field 6", transport, "tcp, udp or other");
        }
        return new Bypass(
                pid,
                startTime,
                executable,
                new InetSocketAddress(address, (int) port),
                transport,
                fields.u32(7),
                fields.nestedList(10, LauncherMessageCodec::ancestor));
    }

    private static InetAddress address(FieldReader fields) throws MalformedFrameException {
        byte[] bytes = fields.bytes(4);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw fields.malformed("field 4", bytes.length + " bytes", "4 or 16");
        }
    }

    private static Owner owner(FieldReader fields) throws MalformedFrameException {
        return new Owner(
                fields.count(1),
                fields.u64(2),
                fields.nested(3, LauncherMessageCodec::executable),
                fields.nestedList(4, LauncherMessageCodec::ancestor),
                fields.texts(5));
    }

    private static Ancestor ancestor(FieldReader fields) throws MalformedFrameException {
        return new Ancestor(fields.count(1), fields.nested(2, LauncherMessageCodec::executable), fields.u64OrZero(3));
    }

    private static Executable executable(FieldReader fields) throws MalformedFrameException {
        return new Executable(
                fields.text(1),
                fields.flag(2),
                fields.u64(3),
                fields.u64(4),
                fields.u64(5),
                fields.u64(6),
                fields.u64(7));
    }

    private static ResolvedPath resolvedPath(FieldReader fields) throws MalformedFrameException {
        return new ResolvedPath(fields.text(1), fields.flag(2), fields.textOrEmpty(3), fields.i32OrZero(4));
    }

    private static @Nullable NativeDescriptor descriptor(Frame frame) {
        return frame.descriptors().isEmpty()
                ? null
                : new NativeDescriptor(frame.descriptors().getFirst());
    }

    private static List<Integer> numbers(@Nullable NativeDescriptor descriptor) {
        return descriptor == null ? List.of() : List.of(descriptor.number());
    }

    private static FieldWriter readyFields(Ready m) {
        FieldWriter fields = new FieldWriter()
                .u32(1, m.landlockAbi())
                .u32(2, m.readOnlyRules())
                .u32(3, m.readWriteRules())
                .nestedList(10, m.steps(), ReportCodec::writeStep)
                .nestedList(11, m.skipped(), ReportCodec::writeSkipped)
                .u8(12, m.landlockUnavailable() ? 1 : 0)
                .nestedList(13, m.attempts(), ReportCodec::writeAttempt)
                .u32(14, m.attestationMicros())
                .text(16, m.launcher());
        if (!m.bypassesUnseen().isEmpty()) {
            fields.text(15, m.bypassesUnseen());
        }
        return fields;
    }

    private static Frame encodeIdentity(Identity m) {
        return new Frame(
                IDENTITY,
                new FieldWriter()
                        .u32(1, m.query())
                        .u32(2, m.status().wire)
                        .text(3, m.error())
                        .i32(4, m.errno())
                        .u64(5, m.inode())
                        .nestedList(10, m.owners(), LauncherMessageCodec::writeOwner));
    }

    private static Frame encodeExe(Exe m) {
        FieldWriter fields = new FieldWriter().u32(1, m.query()).u32(2, m.opened() == null ? 1 : 0);
        if (m.executable() != null) {
            fields.nested(3, m.executable(), LauncherMessageCodec::writeExecutable);
        }
        fields.i32(4, m.errno());
        return new Frame(EXE, fields.toBytes(), numbers(m.opened()));
    }

    private static Frame encodeBypass(Bypass m) {
        return new Frame(
                BYPASS,
                new FieldWriter()
                        .u32(1, m.pid())
                        .u64(2, m.startTime())
                        .nested(3, m.executable(), LauncherMessageCodec::writeExecutable)
                        .bytes(4, m.destination().getAddress().getAddress())
                        .u32(5, m.destination().getPort())
                        .text(6, m.transport())
                        .u32(7, m.suppressed())
                        .nestedList(10, m.ancestors(), LauncherMessageCodec::writeAncestor));
    }

    private static void writeOwner(FieldWriter fields, Owner owner) {
        fields.u32(1, owner.pid())
                .u64(2, owner.startTime())
                .nested(3, owner.executable(), LauncherMessageCodec::writeExecutable)
                .nestedList(4, owner.ancestors(), LauncherMessageCodec::writeAncestor)
                .texts(5, owner.commandLinePaths());
    }

    private static void writeAncestor(FieldWriter fields, Ancestor ancestor) {
        fields.u32(1, ancestor.pid())
                .nested(2, ancestor.executable(), LauncherMessageCodec::writeExecutable)
                .u64(3, ancestor.startTime());
    }

    private static void writeExecutable(FieldWriter fields, Executable executable) {
        fields.text(1, executable.path())
                .u8(2, executable.deleted() ? 1 : 0)
                .u64(3, executable.device())
                .u64(4, executable.inode())
                .u64(5, executable.size())
                .u64(6, executable.modifiedNanos())
                .u64(7, executable.changedNanos());
    }

    private static void writeResolvedPath(FieldWriter fields, ResolvedPath path) {
        fields.text(1, path.original())
                .u8(2, path.ok() ? 1 : 0)
                .text(3, path.target())
                .i32(4, path.errno());
    }
}
