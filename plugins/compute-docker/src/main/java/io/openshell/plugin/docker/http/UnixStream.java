package io.openshell.plugin.docker.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A connection to a Unix socket whose reads and writes end in time. One thread; any thread may close it. */
final class UnixStream implements AutoCloseable {

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Interrupts interrupts;
    private boolean interrupted;

    private UnixStream(SocketChannel channel, Selector selector, SelectionKey key, Interrupts interrupts) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
        this.interrupts = interrupts;
    }

    /** What an interrupt of the thread does to it. */
    enum Interrupts {
        END_A_WAIT,
        /** The thread has it again when the stream is closed. */
        ARE_KEPT
    }

    /** Connects, or fails at once: a socket whose owner does not accept makes nobody wait. */
    static UnixStream connect(Path socket, Interrupts interrupts) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = null;
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new SocketTimeoutException("connecting takes too long");
            }
            selector = Selector.open();
            return new UnixStream(channel, selector, channel.register(selector, SelectionKey.OP_READ), interrupts);
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /**
     * Reads what is there, and waits if that is nothing.
     *
     * @param deadline by {@link System#nanoTime()}
     * @return the number of bytes, or -1 at the end
     */
    int read(ByteBuffer into, long deadline) throws IOException {
        int count = channel.read(into);
        while (count == 0) {
            await(SelectionKey.OP_READ, deadline);
            count = channel.read(into);
        }
        return count;
    }

    /** Writes all of it. */
    void write(ByteBuffer bytes, long deadline) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    private void await(int operation, long deadline) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        if (!selector.isOpen()) {
            throw new ClosedChannelException();
        }
        key.interestOps(operation);
        selector.select(millis);
        if (interrupts == Interrupts.ARE_KEPT) {
            interrupted |= Thread.interrupted();
        } else if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        if (!selector.isOpen()) {
            throw new ClosedChannelException();
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            // Both are closed, whatever becomes of the first.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
