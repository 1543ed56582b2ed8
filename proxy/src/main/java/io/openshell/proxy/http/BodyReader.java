package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes one message's body off a buffer, piece by piece, without its framing. It keeps no data. For one thread.
 *
 * <pre>{@code
 * while (true) {
 *     switch (reader.read(in)) {
 *         case DATA -> relay(reader.data());
 *         case MORE -> { return; }          // call again when there is more
 *         case END -> { ended(); return; }  // what is left in the buffer is the next message
 *         case MALFORMED -> { refuse(reader.problem()); return; }
 *     }
 * }
 * }</pre>
 */
public final class BodyReader {

    /** What a call to {@link #read} came to. */
    public enum Step {
        /** Data: {@link #data} has it. */
        DATA,
        /** The buffer is used up and the body goes on. */
        MORE,
        /** The body has ended. Said again if asked again. */
        END,
        /** The framing is wrong: {@link #problem} says how. The connection is of no further use. */
        MALFORMED
    }

    private final int failureStatus;
    private final @Nullable ChunkReader chunks;
    private final boolean untilClose;
    private long remaining;
    private boolean closed;
    private @Nullable ByteBuf data;
    private @Nullable HttpProblem problem;

    private BodyReader(BodyFraming framing, int failureStatus) {
        this.failureStatus = failureStatus;
        this.chunks = framing instanceof BodyFraming.Chunked ? new ChunkReader(failureStatus) : null;
        this.untilClose = framing instanceof BodyFraming.UntilClose;
        this.remaining = framing instanceof BodyFraming.Length length ? length.bytes() : 0;
    }

    /** Reads a request's body. */
    public static BodyReader ofRequest(BodyFraming framing) {
        return new BodyReader(framing, HttpProblem.BAD_REQUEST);
    }

    /** Reads a response's body. */
    public static BodyReader ofResponse(BodyFraming framing) {
        return new BodyReader(framing, HttpProblem.BAD_GATEWAY);
    }

    /** Takes what can be taken at once. Never takes a byte behind the body. */
    public Step read(ByteBuf in) {
        if (problem != null) {
            return Step.MALFORMED;
        }
        if (chunks != null) {
            return readChunked(chunks, in);
        }
        if (untilClose) {
            return closed ? Step.END : slice(in, in.readableBytes());
        }
        if (remaining == 0) {
            return Step.END;
        }
        int length = (int) Math.min(remaining, in.readableBytes());
        remaining -= length;
        return slice(in, length);
    }

    /** The data of the last step. The caller owns the slice and releases it; it is given once. */
    public ByteBuf data() {
        ByteBuf given = data;
        if (given == null) {
            throw new IllegalStateException("no data (expected: a call right after DATA)");
        }
        data = null;
        return given;
    }

    /** How many chunks with data have begun; 0 where the body is not chunked. */
    public long chunks() {
        return chunks == null ? 0 : chunks.chunks();
    }

    /** Whether a trailer field held a placeholder: known after {@link Step#END}. */
    public boolean trailersHeldPlaceholder() {
        return chunks != null && chunks.trailersHeldPlaceholder();
    }

    /** Says that the peer has closed its side: the end of a body without framing, a fault in any other that is unfinished. */
    public Step endOfInput() {
        closed = true;
        boolean ended = chunks == null ? remaining == 0 : chunks.isEnded();
        if (!ended && problem == null) {
            problem = new HttpProblem(
                    HttpProblem.INCOMPLETE, "body: ends early (expected: all that was announced)", failureStatus);
        }
        return problem == null ? Step.END : Step.MALFORMED;
    }

    /** What is wrong, after {@link Step#MALFORMED}. */
    public HttpProblem problem() {
        HttpProblem known = problem;
        if (known == null) {
            throw new IllegalStateException("no problem (expected: a call after MALFORMED)");
        }
        return known;
    }

    private Step readChunked(ChunkReader reader, ByteBuf in) {
        try {
            int length = reader.advance(in);
            if (length > 0) {
                return slice(in, length);
            }
            return reader.isEnded() ? Step.END : Step.MORE;
        } catch (Malformed malformed) {
            problem = malformed.problem();
            return Step.MALFORMED;
        }
    }

    private Step slice(ByteBuf in, int length) {
        if (length == 0) {
            return Step.MORE;
        }
        data = in.readRetainedSlice(length);
        return Step.DATA;
    }
}
