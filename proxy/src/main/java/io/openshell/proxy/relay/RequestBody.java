package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.openshell.api.credential.Secret;
import io.openshell.core.credential.ArrivingBody;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.BodyReader;
import io.openshell.proxy.http.BodyWriter;
import io.openshell.proxy.http.HttpProblem;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of one request: kept whole for an inspector, or passed on as it comes. */
final class RequestBody {

    /** What came of taking bytes. */
    enum Progress {
        /** All bytes were taken, and there is more to come. */
        MORE,
        /** The same, but what was taken last is not searched to its end: go on in the next turn of the event loop. */
        RESTS,
        /** The body has ended. */
        ENDED,
        /** It is longer than may be kept. */
        TOO_LONG,
        /** Its framing is wrong. */
        MALFORMED,
        /** It holds a placeholder, or may hold one: {@link #refusal} says which. Its last bytes were not passed on. */
        MARKED
    }

    private final BodyFraming framing;
    private final BodyReader reader;
    private final ByteBufAllocator allocator;
    private final SearchTurns turns;
    private boolean done;
    private int limit = -1;
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private @Nullable UpstreamConnection to;
    private @Nullable BodyWriter writer;
    private @Nullable HeldMarker guard;
    private @Nullable EncodedSearch search;
    private @Nullable ByteBuf searched;
    private @Nullable CredentialRefusal refusal;
    private @Nullable ArrivingBody told;

    RequestBody(BodyFraming framing, ByteBufAllocator allocator, SearchTurns turns) {
        this.framing = framing;
        this.reader = BodyReader.ofRequest(framing);
        this.allocator = allocator;
        this.turns = turns;
        this.done = framing.isEmpty();
    }

    /** Whether all of it has come. */
    boolean done() {
        return done;
    }

    /** Whether what was taken last is not searched to its end, and nothing more is taken before. */
    boolean rests() {
        return searched != null;
    }

    /** Whether any of it was passed on as it came, so that it cannot be sent again. */
    boolean streamed() {
        return to != null;
    }

    /**
     * Will be kept.
     *
     * @return whether that is possible; false if it is longer by its own account
     */
    boolean keep(int maxBytes) {
        limit = maxBytes;
        return !(framing instanceof BodyFraming.Length length) || length.bytes() <= maxBytes;
    }

    /** Who is told of what is kept as it comes, if anybody. */
    void tell(@Nullable ArrivingBody body) {
        told = body;
    }

    /** What was kept; {@code null} if that was not asked for. */
    @Nullable
    ByteBuffer bytes() {
        return limit < 0 ? null : kept.nioBuffer();
    }

    /** How the head that goes upstream must announce the body. */
    BodyFraming framingUpstream() {
        return limit < 0 || framing instanceof BodyFraming.None
                ? framing
                : new BodyFraming.Length(kept.readableBytes());
    }

    /** What was kept, to be read only; {@code null} if that was not asked for. */
    @Nullable
    ByteBuf kept() {
        return limit < 0 ? null : kept;
    }

    /** Has what is kept or passed on searched as its receiver decodes it; the search is closed with the body. */
    void search(@Nullable EncodedSearch wanted) {
        search = wanted;
    }

    /** Whether what is passed on is searched for placeholders, and what may be the beginning of one is held back. */
    void guard(boolean wanted) {
        guard = wanted ? new HeldMarker() : null;
    }

    /**
     * Sends what was kept, or passes on from now on what comes.
     *
     * @param instead what is sent in place of what was kept, if anything; closed
     */
    void sendTo(UpstreamConnection upstream, @Nullable Secret instead) {
        if (instead != null) {
            ByteBuf bytes = allocator.buffer(Math.max(1, instead.length()));
            instead.reveal(bytes::writeBytes);
            instead.close();
            upstream.writeSecret(bytes);
        } else if (limit >= 0) {
            if (kept.isReadable()) {
                upstream.write(kept.retainedDuplicate());
            }
        } else if (!done) {
            to = upstream;
            writer = new BodyWriter(framing);
        }
    }

    /** Takes what can be taken at once; never a byte behind the body. */
    Progress take(ByteBuf bytes) {
        Progress rest = searchOn();
        if (rest != Progress.MORE) {
            return rest;
        }
        while (true) {
            switch (reader.read(bytes)) {
                case DATA -> {
                    Progress passed = pass(reader.data());
                    if (passed != Progress.MORE) {
                        return passed;
                    }
                }
                case MORE -> {
                    return Progress.MORE;
                }
                case END -> {
                    if (reader.trailersHeldPlaceholder()) {
                        return marked(CredentialRefusal.inTrailer());
                    }
                    end();
                    return Progress.ENDED;
                }
                case MALFORMED -> {
                    return Progress.MALFORMED;
                }
            }
        }
    }

    /** What is wrong with it, after {@link Progress#MALFORMED}. */
    HttpProblem problem() {
        return reader.problem();
    }

    /** Why it may not be passed on, after {@link Progress#MARKED}. */
    CredentialRefusal refusal() {
        return Objects.requireNonNull(refusal, "a body without a placeholder");
    }

    private Progress marked(CredentialRefusal why) {
        refusal = why;
        return Progress.MARKED;
    }

    void release() {
        kept.release();
        kept = Unpooled.EMPTY_BUFFER;
        if (guard != null) {
            guard.release();
        }
        if (search != null) {
            search.close();
        }
        if (searched != null) {
            searched.release();
            searched = null;
        }
    }

    private Progress pass(ByteBuf data) {
        if (search == null) {
            return passOn(data);
        }
        searched = data;
        search.take(data);
        return searchOn();
    }

    /** Searches what was taken last as far as this turn allows, and passes it on once that is done. */
    private Progress searchOn() {
        ByteBuf data = searched;
        if (data == null || search == null) {
            return Progress.MORE;
        }
        CredentialRefusal encoded = search.advance(turns);
        if (encoded != null) {
            return marked(encoded);
        }
        if (search.rests()) {
            return Progress.RESTS;
        }
        searched = null;
        return passOn(data);
    }

    private Progress passOn(ByteBuf data) {
        if (to != null && writer != null) {
            ByteBuf safe = guard == null ? data : guard.take(data, allocator);
            if (safe == null) {
                return marked(CredentialRefusal.inBody());
            }
            writer.write(safe, allocator, to::write);
            return Progress.MORE;
        }
        boolean fits = kept.readableBytes() + data.readableBytes() <= limit;
        if (fits) {
            if (kept.capacity() == 0) {
                kept = allocator.buffer(data.readableBytes(), limit);
            }
            if (told != null) {
                told.take(data.nioBuffer());
            }
            kept.writeBytes(data);
        }
        data.release();
        return fits ? Progress.MORE : Progress.TOO_LONG;
    }

    private void end() {
        done = true;
        if (to != null && writer != null) {
            if (guard != null) {
                writer.write(guard.rest(), allocator, to::write);
            }
            writer.end(to::write);
        }
    }
}
