package io.openshell.core.echo;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Searches one stream. It holds back only what may be the beginning of a secret, at most the longest form of one less a
 * byte, and what has gone is never looked at again. For one thread.
 *
 * <pre>{@code
 * int at = scanner.prepare(count);            // count <= EchoScanner.PIECE
 * copy(count bytes, scanner.wire(), at);
 * int go = scanner.scan(count, false);        // wire()[0, go) may go on; found secrets are masked in it
 * }</pre>
 */
public final class EchoScanner implements AutoCloseable {

    /** The most bytes for one call, so that the room is bounded. */
    public static final int PIECE = 16 * 1024;

    /** What stands in the place of each byte of a secret. */
    public static final byte MASK = '*';

    /** How many bytes may go though they may begin a secret, if what follows is not to be waited for: as good as none of it. */
    private static final int FEW = 3;

    private static final Escapes[] ESCAPES = Escapes.values();

    private final EchoPatterns patterns;
    private final EchoWorkspace workspace;
    private final Set<EchoMatch> found = new LinkedHashSet<>();
    private final int[] boundaries = new int[ESCAPES.length];
    private byte[] held = new byte[0];
    private int heldBytes;
    private int heldGone;
    private int gone;
    private BitSet heldMarks = new BitSet();
    private boolean masked;
    private boolean closed;

    private EchoScanner(EchoPatterns patterns, EchoWorkspace workspace) {
        this.patterns = patterns;
        this.workspace = workspace;
    }

    /**
     * Begins a stream, which must be closed.
     *
     * @param workspace may be shared by all scanners of a thread
     * @return empty if the patterns were closed meanwhile, so that others must be had
     */
    public static Optional<EchoScanner> open(EchoPatterns patterns, EchoWorkspace workspace) {
        return patterns.use() ? Optional.of(new EchoScanner(patterns, workspace)) : Optional.empty();
    }

    /**
     * Makes room for the next bytes.
     *
     * @return where in {@link #wire} they belong: behind what is held back
     */
    public int prepare(int count) {
        workspace.roomOnWire(heldBytes + count);
        System.arraycopy(held, 0, workspace.wire, 0, heldBytes);
        return heldBytes;
    }

    /** What is being searched; valid from {@link #prepare} to the next call to any scanner of the same workspace. */
    public byte[] wire() {
        return workspace.wire;
    }

    /** How many bytes are held back. */
    public int held() {
        return heldBytes;
    }

    /** What {@link #takeFound} would give. */
    public Set<EchoMatch> found() {
        return Collections.unmodifiableSet(found);
    }

    /** What was found since this was last asked for; each key and form once, in order. */
    public Set<EchoMatch> takeFound() {
        Set<EchoMatch> taken = Collections.unmodifiableSet(new LinkedHashSet<>(found));
        found.clear();
        return taken;
    }

    /** How many of the bytes of which {@link #scan} spoke have gone already, by {@link #letGo}. */
    public int gone() {
        return gone;
    }

    /**
     * What is held back, if it is no more than three bytes, and not part of what was found. It goes on being searched with what
     * follows: of a secret that begins with them the rest is found.
     *
     * @return a copy of what has not gone yet
     */
    public byte[] letGo() {
        if (heldBytes > FEW || !heldMarks.isEmpty()) {
            return new byte[0];
        }
        byte[] few = Arrays.copyOfRange(held, heldGone, heldBytes);
        heldGone = heldBytes;
        return few;
    }

    /** Whether the last call has masked bytes that may go on: a secret's, before any of which none has gone unmasked. */
    public boolean masked() {
        return masked;
    }

    /**
     * Searches.
     *
     * @param count how many bytes have come
     * @param last whether no more will; after that, another stream may begin
     * @return how many bytes, counted from the first that was held back, may go on
     */
    public int scan(int count, boolean last) {
        int to = heldBytes + count;
        gone = heldGone;
        byte[] wire = workspace.wire;
        workspace.marks.or(heldMarks);
        patterns.search(wire, 0, to, this::plain);
        int safe = last ? to : patterns.openFrom(wire, 0, to);
        int leads = Escapes.leadsIn(wire, 0, to);
        for (Escapes escapes : ESCAPES) {
            if ((leads & 1 << escapes.index) != 0) {
                safe = Math.min(safe, searchEscaped(escapes, to, last));
            }
        }
        for (Escapes escapes : ESCAPES) {
            boundaries[escapes.index] = boundaryAfter(safe, escapes, to, last);
        }
        hold(safe, to);
        mask(safe, to);
        return safe;
    }

    private void plain(int start, int end, EchoPattern pattern) {
        workspace.marks.set(start, end);
        found.add(new EchoMatch(pattern.key(), pattern.form().label()));
    }

    /** Ends the stream: what was held back is wiped. A second time does nothing more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Arrays.fill(held, (byte) 0);
            heldBytes = 0;
            patterns.leave();
        }
    }

    /** Only around escapes: elsewhere the text is the wire, and has been searched. */
    private int searchEscaped(Escapes escapes, int to, boolean last) {
        int reach = patterns.longest() - 1;
        int boundary = boundaries[escapes.index];
        int firstLead = next(escapes.lead, boundary, to);
        if (firstLead == to) {
            return to;
        }
        int from = Math.max(boundary, firstLead - reach);
        int end = Math.min(to, previous(escapes.lead, to) + Escapes.WIDEST + reach);
        workspace.roomForText(end - from);
        Unescaped text = Unescaped.of(escapes, workspace, from, end, last || end < to);
        patterns.search(workspace.text, 0, text.length(), (start, stop, pattern) -> {
            int wireStart = workspace.starts[start];
            int wireEnd = text.wireEnd(workspace.starts, stop);
            if (wireEnd - wireStart > stop - start) {
                workspace.marks.set(wireStart, wireEnd);
                found.add(new EchoMatch(pattern.key(), pattern.form().label() + "+" + escapes.label));
            }
        });
        if (last || end < to) {
            return to;
        }
        int open = patterns.openFrom(workspace.text, 0, text.length());
        return open < text.length() ? workspace.starts[open] : text.end();
    }

    /** How far behind {@code safe} the first byte stands that begins an escape or is none: 0 unless an escape is cut there. */
    private int boundaryAfter(int safe, Escapes escapes, int to, boolean last) {
        int at = boundaries[escapes.index];
        while (at < safe) {
            int lead = next(escapes.lead, at, safe);
            if (lead == safe) {
                return 0;
            }
            long read = escapes.read(workspace.wire, lead, to, last);
            at = lead + Math.max(1, (int) (read >>> 32));
        }
        return at - safe;
    }

    private void hold(int safe, int to) {
        int rest = to - safe;
        Arrays.fill(held, (byte) 0);
        if (held.length < rest) {
            held = new byte[Math.max(rest, 2 * held.length)];
        }
        System.arraycopy(workspace.wire, safe, held, 0, rest);
        heldBytes = rest;
        heldGone = Math.max(0, gone - safe);
    }

    private void mask(int safe, int to) {
        BitSet marks = workspace.marks;
        int first = marks.nextSetBit(0);
        masked = first >= 0 && first < safe;
        if (first < 0) {
            return;
        }
        for (int at = first; at >= 0 && at < safe; at = marks.nextSetBit(at + 1)) {
            workspace.wire[at] = MASK;
        }
        heldMarks = marks.get(safe, to);
        marks.clear();
        workspace.wipe(safe);
    }

    private int next(byte octet, int from, int to) {
        int at = from;
        while (at < to && workspace.wire[at] != octet) {
            at++;
        }
        return at;
    }

    private int previous(byte octet, int to) {
        int at = to - 1;
        while (workspace.wire[at] != octet) {
            at--;
        }
        return at;
    }
}
