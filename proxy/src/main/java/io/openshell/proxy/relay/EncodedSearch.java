package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.MarkerScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Searches a compressed body for a placeholder's marker, beside what is passed on: the body is decompressed a few
 * kilobytes at a time, looked through and forgotten. It understands gzip (RFC 1952) and deflate (RFC 1950, and RFC 1951
 * alone, as some clients send it). What it does not understand, it refuses. For one thread; to be closed.
 */
final class EncodedSearch implements AutoCloseable {

    /** What a body may decompress to, whatever its own length, in bytes. */
    static final long FREE_BYTES = 1L << 20;

    /** How many times its own length it may decompress to beyond that. */
    static final int RATIO = 100;

    /** What leaves the bytes as they are: S3's clients send uploads in frames of their own, by that name. */
    private static final Set<String> PLAIN = Set.of("", "identity", "aws-chunked");

    private static final int STEP_BYTES = 4096;
    private static final int GZIP_TRAILER_BYTES = 8;
    private static final int DEFLATED = 8;
    private static final int ZLIB_CHECK = 31;

    private enum State {
        GZIP_HEAD,
        ZLIB_HEAD,
        DATA,
        GZIP_TRAILER,
        ENDED
    }

    private final boolean known;
    private final boolean gzip;
    private final MarkerScan scan = new MarkerScan();
    private final byte[] step = new byte[STEP_BYTES];
    private State state;
    private GzipHead gzipHead = new GzipHead();
    private int trailer;
    private @Nullable Inflater inflater;
    private long taken;
    private long decoded;

    private EncodedSearch(boolean known, boolean gzip) {
        this.known = known;
        this.gzip = gzip;
        this.state = gzip ? State.GZIP_HEAD : State.ZLIB_HEAD;
    }

    /**
     * The search of a body.
     *
     * @param contentEncoding the fields' values
     * @return {@code null} if the body is not encoded
     */
    static @Nullable EncodedSearch of(List<String> contentEncoding) {
        List<String> codings = new ArrayList<>();
        for (String value : contentEncoding) {
            for (String coding : value.split(",", -1)) {
                codings.add(coding.strip().toLowerCase(Locale.ROOT));
            }
        }
        codings.removeIf(PLAIN::contains);
        if (codings.isEmpty()) {
            return null;
        }
        boolean single = codings.size() == 1;
        boolean gzip = single && (codings.contains("gzip") || codings.contains("x-gzip"));
        return new EncodedSearch(gzip || (single && codings.contains("deflate")), gzip);
    }

    /** Why such a body may not be sent at all; {@code null} if it depends on what is in it. */
    @Nullable
    CredentialRefusal unknown() {
        return known ? null : CredentialRefusal.unsearchable("its Content-Encoding");
    }

    /**
     * Looks at the next bytes, and leaves them as they are.
     *
     * @return why they may not be passed on; {@code null} if they may
     */
    @Nullable
    CredentialRefusal take(ByteBuf data) {
        if (!known) {
            return unknown();
        }
        taken += data.readableBytes();
        ByteBuf in = data.duplicate();
        try {
            CredentialRefusal problem = null;
            while (problem == null && in.isReadable()) {
                problem = advance(in);
            }
            return problem;
        } catch (DataFormatException e) {
            return broken();
        }
    }

    private @Nullable CredentialRefusal advance(ByteBuf in) throws DataFormatException {
        switch (state) {
            case GZIP_HEAD -> {
                if (gzipHead.ends(in.readByte())) {
                    begin(true);
                }
            }
            case ZLIB_HEAD -> begin(!isZlib(in));
            case DATA -> {
                return inflate(in);
            }
            case GZIP_TRAILER -> {
                in.skipBytes(1);
                if (++trailer == GZIP_TRAILER_BYTES) {
                    trailer = 0;
                    gzipHead = new GzipHead();
                    state = State.GZIP_HEAD;
                }
            }
            case ENDED -> throw new DataFormatException("bytes behind the end");
        }
        return null;
    }

    /** Whether deflate begins with RFC 1950's header; by its first byte alone if only that has come. */
    private static boolean isZlib(ByteBuf in) {
        int first = in.getUnsignedByte(in.readerIndex());
        boolean method = (first & 0x0f) == DEFLATED && (first >> 4) <= 7;
        return method && (in.readableBytes() < 2 || in.getUnsignedShort(in.readerIndex()) % ZLIB_CHECK == 0);
    }

    private void begin(boolean raw) {
        state = State.DATA;
        if (inflater == null) {
            inflater = new Inflater(raw);
        } else {
            inflater.reset(); // the next member of a gzip stream
        }
    }

    private @Nullable CredentialRefusal inflate(ByteBuf in) throws DataFormatException {
        Inflater inflating = inflater;
        if (inflating == null) {
            return broken(); // closed
        }
        inflating.setInput(in.nioBuffer());
        while (true) {
            int length = inflating.inflate(step);
            decoded += length;
            for (int i = 0; i < length; i++) {
                if (scan.take(step[i])) {
                    return CredentialRefusal.inBody();
                }
            }
            if (decoded > FREE_BYTES + RATIO * taken) {
                return CredentialRefusal.unsearchable("how far it expands");
            }
            if (inflating.finished() || length == 0) {
                break;
            }
        }
        if (inflating.needsDictionary()) {
            return broken();
        }
        in.skipBytes(in.readableBytes() - inflating.getRemaining());
        if (inflating.finished()) {
            state = gzip ? State.GZIP_TRAILER : State.ENDED;
        }
        return null;
    }

    private static CredentialRefusal broken() {
        return CredentialRefusal.unsearchable("not what its Content-Encoding says");
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
        state = State.ENDED;
    }
}
