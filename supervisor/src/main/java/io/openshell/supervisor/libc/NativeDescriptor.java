package io.openshell.supervisor.libc;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor that somebody owns, and must close once. Thread-safe, but closing while another thread is in a
 * call on the same descriptor is the caller's mistake: the number may be another file by then.
 */
public final class NativeDescriptor implements AutoCloseable {

    private static final int CLOSED = -1;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;

    private final AtomicInteger number;

    /** @param number an open descriptor, which the new object owns */
    public NativeDescriptor(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor: " + number + " (expected: 0 or more)");
        }
        this.number = new AtomicInteger(number);
    }

    /** Opens {@code /dev/null} for reading and writing. */
    public static NativeDescriptor openNull() throws IOException {
        int opened = NativeLibc.open("/dev/null", O_RDWR | O_CLOEXEC, 0);
        if (opened < 0) {
            throw Errno.failure("/dev/null");
        }
        return new NativeDescriptor(opened);
    }

    /** Opens a file for reading. */
    public static NativeDescriptor openToRead(String path) throws IOException {
        int opened = NativeLibc.open(path, O_CLOEXEC, 0);
        if (opened < 0) {
            throw Errno.failure(path);
        }
        return new NativeDescriptor(opened);
    }

    /** Makes a pipe whose ends are closed on exec. */
    public static Pipe pipe() throws IOException {
        int[] ends = new int[2];
        if (NativeLibc.pipe2(ends, O_CLOEXEC) != 0) {
            throw Errno.failure("pipe2");
        }
        return new Pipe(new NativeDescriptor(ends[0]), new NativeDescriptor(ends[1]));
    }

    /**
     * The descriptor's number.
     *
     * @throws IllegalStateException if it is closed or given away
     */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("descriptor: closed (expected: open)");
        }
        return current;
    }

    /** Gives the descriptor away: the caller closes it from now on. */
    public int release() {
        int current = number.getAndSet(CLOSED);
        if (current == CLOSED) {
            throw new IllegalStateException("descriptor: closed (expected: open)");
        }
        return current;
    }

    /**
     * Reads what is there, blocking until there is something.
     *
     * @return the number of bytes, or -1 at the end; a terminal whose other side is gone is at its end
     */
    public int read(byte[] buffer) throws IOException {
        while (true) {
            long count = NativeLibc.read(number(), buffer, buffer.length);
            if (count > 0) {
                return (int) count;
            }
            if (count == 0) {
                return -1;
            }
            int error = NativeLibc.errno();
            if (error == Errno.EIO) {
                return -1;
            }
            if (error != Errno.EINTR) {
                throw new IOException("read: " + Errno.text(error));
            }
        }
    }

    /** Reads at a position without moving the file's own. */
    public int readAt(byte[] buffer, long offset) throws IOException {
        while (true) {
            long count = NativeLibc.pread(number(), buffer, buffer.length, offset);
            if (count >= 0) {
                return count == 0 ? -1 : (int) count;
            }
            if (NativeLibc.errno() != Errno.EINTR) {
                throw Errno.failure("pread");
            }
        }
    }

    /** Writes all of the first {@code count} bytes, blocking until they are taken. */
    public void write(byte[] bytes, int count) throws IOException {
        int written = 0;
        while (written < count) {
            byte[] rest = written == 0 ? bytes : Arrays.copyOfRange(bytes, written, count);
            long taken = NativeLibc.write(number(), rest, (long) count - written);
            if (taken >= 0) {
                written += (int) taken;
            } else if (NativeLibc.errno() != Errno.EINTR) {
                throw Errno.failure("write");
            }
        }
    }

    /** Closes the descriptor; a second call does nothing. */
    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            NativeLibc.close(current);
        }
    }

    @Override
    public String toString() {
        int current = number.get();
        return current == CLOSED ? "descriptor closed" : "descriptor " + current;
    }

    /**
     * A pipe.
     *
     * @param reader the end to read from
     * @param writer the end to write to
     */
    public record Pipe(NativeDescriptor reader, NativeDescriptor writer) {}
}
