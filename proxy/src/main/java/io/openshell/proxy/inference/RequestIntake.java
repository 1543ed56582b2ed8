package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.openshell.core.inference.InferenceProtocol;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.BodyReader;
import io.openshell.proxy.http.RequestHead;
import java.nio.ByteBuffer;

/** One request's body while it comes. Its bytes count against what the sandbox may hold until it is released. */
final class RequestIntake {

    /** What came of taking bytes. */
    enum Progress {
        /** All were taken, and there is more to come. */
        MORE,
        /** The body is complete. */
        COMPLETE,
        /** It is longer, or has more chunks, than is taken. */
        TOO_LARGE,
        /** The sandbox holds too much already. */
        NO_ROOM,
        /** Its framing is wrong. */
        MALFORMED
    }

    private final InferenceGateway gateway;
    private final RequestHead head;
    private final InferenceProtocol protocol;
    private final String path;
    private final String query;
    private final BodyReader reader;
    private final ByteBuf kept;
    private long held;

    RequestIntake(
            InferenceGateway gateway,
            AgentSide agent,
            RequestHead head,
            InferenceProtocol protocol,
            String path,
            String query) {
        this.gateway = gateway;
        this.head = head;
        this.protocol = protocol;
        this.path = path;
        this.query = query;
        this.reader = BodyReader.ofRequest(head.framing());
        this.kept = agent.allocator().heapBuffer(0, InferenceLimits.REQUEST_BODY);
    }

    /** Whether it is too large by its own account. */
    boolean tooLarge() {
        return head.framing() instanceof BodyFraming.Length length && length.bytes() > InferenceLimits.REQUEST_BODY;
    }

    Progress take(ByteBuf bytes) {
        while (true) {
            switch (reader.read(bytes)) {
                case DATA -> {
                    ByteBuf data = reader.data();
                    try {
                        if (kept.readableBytes() + data.readableBytes() > InferenceLimits.REQUEST_BODY) {
                            return Progress.TOO_LARGE;
                        }
                        if (!room(kept.readableBytes() + data.readableBytes())) {
                            return Progress.NO_ROOM;
                        }
                        kept.writeBytes(data);
                    } finally {
                        data.release();
                    }
                }
                case MORE -> {
                    return reader.chunks() > InferenceLimits.REQUEST_CHUNKS ? Progress.TOO_LARGE : Progress.MORE;
                }
                case END -> {
                    return reader.chunks() > InferenceLimits.REQUEST_CHUNKS ? Progress.TOO_LARGE : Progress.COMPLETE;
                }
                case MALFORMED -> {
                    return Progress.MALFORMED;
                }
            }
        }
    }

    /** The request, once it is complete. Its bytes are good until {@link #release}. */
    InferenceRequest request() {
        return new InferenceRequest(head, protocol, path, query, ByteBuffer.wrap(copy()));
    }

    void release() {
        gateway.letGo(held);
        held = 0;
        if (kept.refCnt() > 0) {
            kept.release();
        }
    }

    private byte[] copy() {
        byte[] bytes = new byte[kept.readableBytes()];
        kept.readBytes(bytes);
        kept.release();
        return bytes;
    }

    /** In steps, so that a sandbox's count is not touched for each read. */
    private boolean room(long bytes) {
        if (bytes <= held) {
            return true;
        }
        long more = Math.max(InferenceLimits.FIRST_BODY, bytes - held);
        if (!gateway.hold(more)) {
            return false;
        }
        held += more;
        return true;
    }
}
