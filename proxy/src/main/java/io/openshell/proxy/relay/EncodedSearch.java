package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.MarkerScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Searches a body that its receiver decodes for a placeholder's marker, beside what is passed on: the body is taken out of the
 * frames of {@code aws-chunked} and decompressed, a few kilobytes at a time and so much in each turn of the event loop,
 * looked through and forgotten. What it does not understand, it refuses. For one thread; to be closed.
 */
final class EncodedSearch implements AutoCloseable {

    /** What a body may decompress to, whatever its own length, in bytes. */
    static final long FREE_BYTES = 1L << 20;

    /** How many times its own length it may decompress to beyond that. */
    static final int RATIO = 100;

    private static final Set<String> PLAIN = Set.of("", "identity");
    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");
    private static final String DEFLATE = "deflate";
    private static final String FRAMED = "aws-chunked";

    /** How X-Amz-Content-Sha256 begins where the body is framed; some clients say it nowhere else. */
    private static final String FRAMED_PAYLOAD = "STREAMING-";

    private static final int STEP_BYTES = 4096;

    /** What a step costs besides its bytes, in bytes: members of gzip may be empty. */
    private static final int STEP_COST = 512;

    private final boolean known;
    private final @Nullable AwsChunks frames;
    private final @Nullable Inflation inflation;
    private final MarkerScan scan = new MarkerScan();
    private final byte[] step = new byte[STEP_BYTES];
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private long taken;
    private long decoded;

    private EncodedSearch(boolean known, @Nullable AwsChunks frames, @Nullable Inflation inflation) {
        this.known = known;
        this.frames = frames;
        this.inflation = inflation;
    }

    /**
     * The search of a body. Frames are the outermost wherever their name stands, as S3 has it.
     *
     * @param contentEncoding the fields' values
     * @param payloadHash the values of X-Amz-Content-Sha256
     * @return {@code null} if the body is not encoded
     */
    static @Nullable EncodedSearch of(List<String> contentEncoding, List<String> payloadHash) {
        List<String> codings = new ArrayList<>();
        for (String value : contentEncoding) {
            for (String coding : value.split(",", -1)) {
                codings.add(coding.strip().toLowerCase(Locale.ROOT));
            }
        }
        codings.removeIf(PLAIN::contains);
        boolean framed = codings.removeIf(FRAMED::equals)
                || payloadHash.stream()
                        .anyMatch(it -> it.toUpperCase(Locale.ROOT).startsWith(FRAMED_PAYLOAD));
        if (codings.isEmpty() && !framed) {
            return null;
        }
        boolean gzip = codings.size() == 1 && GZIP.contains(codings.getFirst());
        boolean deflate = codings.size() == 1 && DEFLATE.equals(codings.getFirst());
        return new EncodedSearch(
                codings.isEmpty() || gzip || deflate,
                framed ? new AwsChunks() : null,
                gzip || deflate ? new Inflation(gzip) : null);
    }

    /** Why such a body may not be sent at all; {@code null} if it depends on what is in it. */
    @Nullable
    CredentialRefusal unknown() {
        return known ? null : CredentialRefusal.unsearchable("its Content-Encoding");
    }

    /**
     * Takes the next bytes, which {@link #advance} looks at and leaves as they are.
     *
     * @param data not to be released before nothing rests
     */
    void take(ByteBuf data) {
        taken += data.readableBytes();
        in = data.duplicate();
    }

    /** Whether something of what was taken last is still to be looked at. */
    boolean rests() {
        return in.isReadable() || pending();
    }

    private boolean pending() {
        return inflation != null && inflation.pending();
    }

    /**
     * Looks at what was taken, as far as this turn allows.
     *
     * @return why it may not be passed on; {@code null} if no reason was found, and it may be once nothing {@link #rests}
     */
    @Nullable
    CredentialRefusal advance(SearchTurns turns) {
        CredentialRefusal problem = unknown();
        try {
            while (problem == null && rests() && turns.mayGoOn()) {
                int before = in.readableBytes();
                long decodedBefore = decoded;
                problem = step();
                turns.spend(STEP_COST + before - in.readableBytes() + decoded - decodedBefore);
            }
            return problem;
        } catch (DataFormatException e) {
            return CredentialRefusal.unsearchable("not what its Content-Encoding says");
        }
    }

    private @Nullable CredentialRefusal step() throws DataFormatException {
        int length = frames == null ? in.readableBytes() : frames.advance(in);
        if (length == 0 && !pending()) {
            return null;
        }
        ByteBuf piece = in.slice(in.readerIndex(), Math.min(length, STEP_BYTES));
        CredentialRefusal problem = inflation == null ? plain(piece) : inflated(inflation, piece);
        in.skipBytes(piece.readerIndex());
        if (frames != null && length > 0) {
            frames.take(piece.readerIndex());
        }
        return problem;
    }

    private @Nullable CredentialRefusal plain(ByteBuf piece) {
        int length = piece.readableBytes();
        piece.readBytes(step, 0, length);
        return scanned(length);
    }

    private @Nullable CredentialRefusal inflated(Inflation inflating, ByteBuf piece) throws DataFormatException {
        int length = inflating.decode(piece, step);
        decoded += length;
        CredentialRefusal problem = scanned(length);
        if (problem == null && decoded > FREE_BYTES + RATIO * taken) {
            return CredentialRefusal.unsearchable("how far it expands");
        }
        return problem;
    }

    private @Nullable CredentialRefusal scanned(int length) {
        for (int i = 0; i < length; i++) {
            if (scan.take(step[i])) {
                return CredentialRefusal.inBody();
            }
        }
        return null;
    }

    @Override
    public void close() {
        in = Unpooled.EMPTY_BUFFER;
        if (inflation != null) {
            inflation.close();
        }
    }
}
