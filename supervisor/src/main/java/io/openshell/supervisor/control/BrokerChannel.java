package io.openshell.supervisor.control;

import io.openshell.supervisor.control.BrokerMessage.Ended;
import io.openshell.supervisor.control.BrokerMessage.Launched;
import io.openshell.supervisor.control.BrokerMessage.Start;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The broker's frames over its standard streams, without descriptors. One thread reads; any may write. */
public final class BrokerChannel {

    private static final int START = 100;
    private static final int LAUNCHED = 101;
    private static final int ENDED = 102;

    private final DataInputStream in;
    private final DataOutputStream out;

    public BrokerChannel(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /** The next message; blocks until it is whole. Empty at the end. */
    public Optional<BrokerMessage> read() throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        try {
            long length = (long) first << 24 | (long) in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedShort();
            int descriptors = in.readUnsignedShort();
            if (length > Frame.MAX_PAYLOAD || descriptors != 0) {
                throw new MalformedFrameException("broker: " + length + " bytes, " + descriptors
                        + " descriptors (expected: at most " + Frame.MAX_PAYLOAD + " and none)");
            }
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            return Optional.of(decode(new Frame(type, payload, List.of())));
        } catch (EOFException e) {
            throw new MalformedFrameException("broker: frame cut off (expected: whole)");
        }
    }

    /** Writes a message whole. */
    public synchronized void write(BrokerMessage message) throws IOException {
        Frame frame = encode(message);
        out.writeInt(frame.payload().length);
        out.writeShort(frame.type());
        out.writeShort(0);
        out.write(frame.payload());
        out.flush();
    }

    private static Frame encode(BrokerMessage message) {
        return switch (message) {
            case Start m ->
                new Frame(START, new FieldWriter().u32(1, m.number()).text(2, m.controlSocket()));
            case Launched m ->
                new Frame(
                        LAUNCHED,
                        new FieldWriter().u32(1, m.number()).u32(2, m.pid()).i32(3, m.errno()));
            case Ended m ->
                new Frame(
                        ENDED,
                        new FieldWriter()
                                .u32(1, m.number())
                                .i32(2, m.exitCode())
                                .i32(3, m.signal()));
        };
    }

    private static BrokerMessage decode(Frame frame) throws MalformedFrameException {
        FieldReader fields = FieldReader.of("broker message " + frame.type(), frame.payload());
        BrokerMessage message = switch (frame.type()) {
            case START -> new Start(fields.count(1), fields.text(2));
            case LAUNCHED -> new Launched(fields.count(1), fields.count(2), fields.i32OrZero(3));
            case ENDED -> new Ended(fields.count(1), fields.i32(2), fields.i32OrZero(3));
            default -> throw new MalformedFrameException("type: " + frame.type() + " (expected: 100 to 102)");
        };
        fields.end();
        return message;
    }
}
