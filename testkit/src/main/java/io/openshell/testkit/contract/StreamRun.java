package io.openshell.testkit.contract;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One connection through a stream inspector, as the core runs it: after each call it takes the bytes that are handed on,
 * and then overwrites those that it gave, for they are valid during the call only. Used by one thread.
 */
public final class StreamRun implements AutoCloseable {

    private final RecordingJudge judge;
    private final StreamInspector stream;
    private final ByteArrayOutputStream upstream = new ByteArrayOutputStream();
    private final ByteArrayOutputStream client = new ByteArrayOutputStream();
    private boolean open = true;
    private String reason = "";

    /** Begins a connection. */
    public StreamRun(ConnectionInspector inspector, RecordingJudge judge) {
        this(inspector.open(judge), judge);
    }

    /** Begins with a stream that has been opened already. */
    public StreamRun(StreamInspector stream, RecordingJudge judge) {
        this.stream = stream;
        this.judge = judge;
    }

    /** The client sends bytes; after the end of the connection they are ignored. */
    public StreamRun client(byte... bytes) {
        if (open) {
            byte[] lent = bytes.clone();
            take(stream.fromClient(ByteBuffer.wrap(lent)), upstream, client);
            Arrays.fill(lent, (byte) 0x5a);
        }
        return this;
    }

    /** The upstream sends bytes; after the end of the connection they are ignored. */
    public StreamRun upstream(byte... bytes) {
        if (open) {
            byte[] lent = bytes.clone();
            take(stream.fromUpstream(ByteBuffer.wrap(lent)), client, upstream);
            Arrays.fill(lent, (byte) 0x5a);
        }
        return this;
    }

    private void take(StreamVerdict verdict, ByteArrayOutputStream onward, ByteArrayOutputStream back) {
        switch (verdict) {
            case StreamVerdict.Forward forward -> {
                copy(forward.onward(), onward);
                copy(forward.back(), back);
            }
            case StreamVerdict.Close close -> {
                copy(close.onward(), onward);
                copy(close.back(), back);
                open = false;
                reason = close.reason();
            }
        }
    }

    private static void copy(List<ByteBuffer> buffers, ByteArrayOutputStream to) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            to.writeBytes(bytes);
        }
    }

    /** All that went to the upstream. */
    public byte[] toUpstream() {
        return upstream.toByteArray();
    }

    /** All that went to the client. */
    public byte[] toClient() {
        return client.toByteArray();
    }

    /** Whether the inspector has not ended the connection. */
    public boolean open() {
        return open;
    }

    /** Why it ended the connection; empty while it is open. */
    public String reason() {
        return reason;
    }

    /** What was judged. */
    public RecordingJudge judge() {
        return judge;
    }

    /** The connection ends. */
    @Override
    public void close() {
        open = false;
        stream.close();
    }
}
