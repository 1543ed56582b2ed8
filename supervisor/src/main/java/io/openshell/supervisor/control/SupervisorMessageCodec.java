package io.openshell.supervisor.control;

import io.openshell.supervisor.control.SupervisorMessage.Identify;
import io.openshell.supervisor.control.SupervisorMessage.Keep;
import io.openshell.supervisor.control.SupervisorMessage.Landlock;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Look;
import io.openshell.supervisor.control.SupervisorMessage.Mount;
import io.openshell.supervisor.control.SupervisorMessage.OpenExe;
import io.openshell.supervisor.control.SupervisorMessage.Peer;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import io.openshell.supervisor.control.SupervisorMessage.Resize;
import io.openshell.supervisor.control.SupervisorMessage.Resolve;
import io.openshell.supervisor.control.SupervisorMessage.Resume;
import io.openshell.supervisor.control.SupervisorMessage.Shutdown;
import io.openshell.supervisor.control.SupervisorMessage.Signal;
import io.openshell.supervisor.control.SupervisorMessage.Spawn;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import java.util.List;

/** The supervisor's messages as frames, both ways (the supervisor only writes them; a launcher in a test reads them). */
final class SupervisorMessageCodec {

    private static final int LAUNCH = 2;
    private static final int SPAWN = 5;
    private static final int SIGNAL = 9;
    private static final int RESIZE = 10;
    private static final int IDENTIFY = 11;
    private static final int OPEN_EXE = 13;
    private static final int SHUTDOWN = 15;
    private static final int RESOLVE = 16;
    private static final int KEEP = 20;
    private static final int RESUME = 21;
    private static final int LOOK = 24;

    private static final int FLAG_HARD_REQUIREMENT = 1;
    private static final int FLAG_KEEP_RUNNING = 2;
    private static final int FLAG_TCP_TO_PROXY_ONLY = 4;
    private static final int FLAG_CONTAINED = 8;
    private static final int FLAGS =
            FLAG_HARD_REQUIREMENT | FLAG_KEEP_RUNNING | FLAG_TCP_TO_PROXY_ONLY | FLAG_CONTAINED;

    private SupervisorMessageCodec() {}

    static Frame encode(SupervisorMessage message) {
        return switch (message) {
            case Launch m -> new Frame(LAUNCH, launchFields(m).toBytes(), m.door());
            case Spawn m -> new Frame(SPAWN, spawnFields(m).toBytes(), m.stdio());
            case Signal m ->
                new Frame(SIGNAL, new FieldWriter().u32(1, m.spawn()).u32(2, m.number()));
            case Resize m ->
                new Frame(
                        RESIZE,
                        new FieldWriter()
                                .u32(1, m.spawn())
                                .u32(2, m.size().rows())
                                .u32(3, m.size().columns()));
            case Identify m ->
                new Frame(
                        IDENTIFY,
                        new FieldWriter()
                                .u32(1, m.query())
                                .bytes(2, m.agent().address())
                                .u32(3, m.agent().port())
                                .bytes(4, m.proxy().address())
                                .u32(5, m.proxy().port()));
            case OpenExe m ->
                new Frame(
                        OPEN_EXE,
                        new FieldWriter().u32(1, m.query()).u32(2, m.pid()).u64(3, m.startTime()));
            case Shutdown m -> new Frame(SHUTDOWN, new FieldWriter());
            case Resolve m ->
                new Frame(RESOLVE, new FieldWriter().u32(1, m.query()).texts(2, m.paths()));
            case Look m ->
                new Frame(
                        LOOK,
                        new FieldWriter()
                                .u32(1, m.query())
                                .texts(2, m.paths())
                                .texts(3, m.files())
                                .texts(4, m.directories()));
            case Keep m ->
                new Frame(
                        KEEP,
                        new FieldWriter()
                                .u32(1, m.supervisor())
                                .bytes(2, m.state().bytes()));
            case Resume m ->
                new Frame(RESUME, new FieldWriter().u32(1, m.version()).toBytes(), List.of(m.namespace()));
        };
    }

    static SupervisorMessage decode(Frame frame) throws MalformedFrameException {
        return switch (frame.type()) {
            case LAUNCH -> whole(frame, "LAUNCH", fields -> launch(fields, frame), 0, 2);
            case SPAWN -> whole(frame, "SPAWN", fields -> spawn(fields, frame), 0, Frame.MAX_DESCRIPTORS);
            case SIGNAL -> whole(frame, "SIGNAL", fields -> new Signal(fields.count(1), fields.count(2)), 0);
            case RESIZE ->
                whole(
                        frame,
                        "RESIZE",
                        fields -> new Resize(fields.count(1), new WindowSize(fields.count(2), fields.count(3))),
                        0);
            case IDENTIFY ->
                whole(frame, "IDENTIFY", fields -> new Identify(fields.count(1), peer(fields, 2), peer(fields, 4)), 0);
            case OPEN_EXE ->
                whole(frame, "OPEN_EXE", fields -> new OpenExe(fields.count(1), fields.count(2), fields.u64(3)), 0);
            case SHUTDOWN -> whole(frame, "SHUTDOWN", fields -> new Shutdown(), 0);
            case RESOLVE -> whole(frame, "RESOLVE", fields -> new Resolve(fields.count(1), fields.texts(2)), 0);
            case LOOK ->
                whole(
                        frame,
                        "LOOK",
                        fields -> new Look(fields.count(1), fields.texts(2), fields.texts(3), fields.texts(4)),
                        0);
            case KEEP -> whole(frame, "KEEP", SupervisorMessageCodec::keep, 0);
            case RESUME ->
                whole(
                        frame,
                        "RESUME",
                        fields ->
                                new Resume(fields.count(1), frame.descriptors().getFirst()),
                        1);
            default ->
                throw new MalformedFrameException("type: " + frame.type() + " (expected: a message of the supervisor)");
        };
    }

    private static FieldWriter launchFields(Launch m) {
        int flags = (m.landlock() == Landlock.HARD_REQUIREMENT ? FLAG_HARD_REQUIREMENT : 0)
                | (m.keepRunning() ? FLAG_KEEP_RUNNING : 0)
                | (m.tcpToProxyOnly() ? FLAG_TCP_TO_PROXY_ONLY : 0)
                | (m.contained() ? FLAG_CONTAINED : 0);
        return new FieldWriter()
                .text(1, m.hostname())
                .u32(2, flags)
                .u32(3, m.uid())
                .u32(4, m.gid())
                .text(5, m.user())
                .nestedList(10, m.mounts(), SupervisorMessageCodec::writeMount)
                .nestedList(11, m.files(), SupervisorMessageCodec::writeFile)
                .texts(20, m.readOnly())
                .texts(21, m.readWrite())
                .u8(30, m.landlock().wire);
    }

    private static Keep keep(FieldReader fields) throws MalformedFrameException {
        long supervisor = fields.u32(1);
        byte[] state = fields.bytes(2);
        if (supervisor == 0 || state.length == 0 || state.length > Keep.MAX_STATE) {
            throw fields.malformed("field 2 length", state.length, "1 to " + Keep.MAX_STATE + ", of a process");
        }
        return new Keep(supervisor, new SecretBytes(state));
    }

    private static Launch launch(FieldReader fields, Frame frame) throws MalformedFrameException {
        String hostname = fields.text(1);
        int flags = fields.count(2);
        if ((flags & FLAG_KEEP_RUNNING) == 0 && !frame.descriptors().isEmpty()) {
            throw fields.malformed("descriptors", frame.descriptors().size(), "none without bit 1 of field 2");
        }
        Launch message = new Launch(
                hostname,
                (flags & FLAG_KEEP_RUNNING) != 0,
                fields.u32(3),
                fields.u32(4),
                fields.text(5),
                fields.nestedList(10, SupervisorMessageCodec::mount),
                fields.nestedList(11, SupervisorMessageCodec::file),
                fields.texts(20),
                fields.texts(21),
                landlock(fields),
                (flags & FLAG_TCP_TO_PROXY_ONLY) != 0,
                (flags & FLAG_CONTAINED) != 0,
                frame.descriptors());
        boolean hard = (flags & FLAG_HARD_REQUIREMENT) != 0;
        if ((flags & ~FLAGS) != 0 || hard != (message.landlock() == Landlock.HARD_REQUIREMENT)) {
            throw fields.malformed("field 2", flags, "flags that agree with field 30");
        }
        return message;
    }

    private static FieldWriter spawnFields(Spawn m) {
        return new FieldWriter()
                .u32(1, m.spawn())
                .texts(2, m.arguments())
                .texts(3, m.environment())
                .text(4, m.directory())
                .u8(5, m.terminal() ? 1 : 0)
                .u32(6, m.size().rows())
                .u32(7, m.size().columns());
    }

    private static Spawn spawn(FieldReader fields, Frame frame) throws MalformedFrameException {
        Spawn message = new Spawn(
                fields.count(1),
                fields.texts(2),
                fields.texts(3),
                fields.text(4),
                frame.descriptors(),
                fields.flag(5),
                new WindowSize(fields.countOrZero(6), fields.countOrZero(7)));
        if (message.terminal() != message.stdio().isEmpty()) {
            throw fields.malformed("descriptors", message.stdio().size(), "none with a terminal, else 3");
        }
        return message;
    }

    private static Peer peer(FieldReader fields, int tag) throws MalformedFrameException {
        byte[] address = fields.bytes(tag);
        if (address.length != 4 && address.length != 16) {
            throw fields.malformed("field " + tag + " length", address.length, "4 or 16");
        }
        return new Peer(address, fields.count(tag + 1));
    }

    private static Landlock landlock(FieldReader fields) throws MalformedFrameException {
        int value = fields.u8(30);
        for (Landlock landlock : Landlock.values()) {
            if (landlock.wire == value) {
                return landlock;
            }
        }
        throw fields.malformed("field 30", value, "0 to 2");
    }

    private static void writeMount(FieldWriter fields, Mount mount) {
        fields.u8(1, mount.kind().wire).text(2, mount.path());
        if (!mount.source().isEmpty()) {
            fields.text(3, mount.source());
        }
        fields.u8(4, mount.optional() ? 1 : 0);
    }

    private static Mount mount(FieldReader fields) throws MalformedFrameException {
        return new Mount(mountKind(fields), fields.text(2), fields.textOrEmpty(3), fields.flagOrFalse(4));
    }

    private static Mount.Kind mountKind(FieldReader fields) throws MalformedFrameException {
        int value = fields.u8(1);
        for (Mount.Kind kind : Mount.Kind.values()) {
            if (kind.wire == value) {
                return kind;
            }
        }
        throw fields.malformed("field 1", value, "1 to 5");
    }

    private static void writeFile(FieldWriter fields, PlacedFile file) {
        fields.text(1, file.path()).u32(2, file.mode()).bytes(3, file.content());
    }

    private static PlacedFile file(FieldReader fields) throws MalformedFrameException {
        return new PlacedFile(fields.text(1), fields.count(2), fields.bytes(3));
    }

    private static <T> T whole(Frame frame, String name, FieldReader.Part<T> part, int... descriptors)
            throws MalformedFrameException {
        frame.requireDescriptors(name, descriptors);
        FieldReader fields = FieldReader.of(name, frame.payload());
        T message = part.read(fields);
        fields.end();
        return message;
    }
}
