package io.openshell.testkit;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** What one connection brought to a {@link RecordingUpstream}: every byte, after TLS if there is any. Any thread may ask. */
public final class Recording {

    /** More than this is counted, not kept. */
    private static final int KEPT = 16 << 20;

    private final InetSocketAddress peer;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long count;
    private boolean ended;

    Recording(InetSocketAddress peer) {
        this.peer = peer;
    }

    /** Who connected. */
    public InetSocketAddress peer() {
        return peer;
    }

    /** The bytes so far; a copy. */
    public synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The bytes so far, one character a byte. */
    public synchronized String text() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** How many bytes came; {@link #bytes} keeps the first 16 MiB. */
    public synchronized long count() {
        return count;
    }

    /** Whether the peer has closed its side. */
    public synchronized boolean ended() {
        return ended;
    }

    synchronized void add(byte[] buffer, int offset, int length) {
        count += length;
        bytes.write(buffer, offset, Math.min(length, KEPT - bytes.size()));
    }

    synchronized void forget() {
        bytes.reset();
        count = 0;
    }

    synchronized void end() {
        ended = true;
    }
}
