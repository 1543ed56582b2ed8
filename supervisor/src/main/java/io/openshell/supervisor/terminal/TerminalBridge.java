package io.openshell.supervisor.terminal;

import com.sun.jna.Memory;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.time.Duration;

/**
 * Joins the user's terminal to a command's: one thread carries keys in, one carries output out. Owns the near side of
 * the command's terminal, and the user's terminal is raw, until it is closed.
 */
public final class TerminalBridge implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final Duration LAST_OUTPUT = Duration.ofMillis(500);

    private final NativeDescriptor master;
    private final NativeDescriptor.Pipe wake;
    private final NativeTerminal.RawMode raw;
    private final Thread in;
    private final Thread out;

    private TerminalBridge(NativeDescriptor master, NativeDescriptor.Pipe wake, NativeTerminal.RawMode raw) {
        this.master = master;
        this.wake = wake;
        this.raw = raw;
        this.in = Thread.ofPlatform().daemon().name("terminal-in").unstarted(this::carryIn);
        this.out = Thread.ofPlatform().daemon().name("terminal-out").unstarted(this::carryOut);
    }

    /**
     * Begins to carry.
     *
     * @param master the near side of the command's terminal; owned from now on, also if this throws
     */
    public static TerminalBridge open(NativeDescriptor master) throws IOException {
        NativeDescriptor.Pipe wake = null;
        try {
            wake = NativeDescriptor.pipe();
            TerminalBridge bridge = new TerminalBridge(master, wake, NativeTerminal.raw());
            bridge.in.start();
            bridge.out.start();
            return bridge;
        } catch (IOException e) {
            master.close();
            if (wake != null) {
                wake.reader().close();
                wake.writer().close();
            }
            throw e;
        }
    }

    /** Waits, not long, for what the command has written before it ended. */
    public void awaitLastOutput() throws InterruptedException {
        out.join(LAST_OUTPUT);
    }

    /** Gives the terminal back as it was. The command's end must be closed, or closing waits for its output. */
    @Override
    public void close() {
        wake.writer().close();
        join(in);
        join(out);
        raw.close();
        wake.reader().close();
        if (!out.isAlive()) {
            master.close();
        }
    }

    private void carryIn() {
        byte[] buffer = new byte[BUFFER];
        try (Memory polled = new Memory(2L * POLLFD_BYTES)) {
            while (inputBeforeWake(polled)) {
                long count = NativeLibc.read(NativeTerminal.INPUT, buffer, buffer.length);
                if (count <= 0) {
                    return;
                }
                master.write(buffer, (int) count);
            }
        } catch (IOException e) {
            // The command's terminal is gone: there is nobody left to type for.
            return;
        }
    }

    private boolean inputBeforeWake(Memory polled) throws IOException {
        while (true) {
            poll(polled, 0, NativeTerminal.INPUT);
            poll(polled, POLLFD_BYTES, wake.reader().number());
            int ready = NativeLibc.poll(polled, 2, -1);
            if (ready > 0) {
                return polled.getShort(POLLFD_BYTES + 6) == 0;
            }
            if (ready < 0 && NativeLibc.errno() != Errno.EINTR) {
                throw Errno.failure("poll");
            }
        }
    }

    private static void poll(Memory polled, long at, int descriptor) {
        polled.setInt(at, descriptor);
        polled.setShort(at + 4, POLLIN);
        polled.setShort(at + 6, (short) 0);
    }

    private void carryOut() {
        byte[] buffer = new byte[BUFFER];
        NativeDescriptor screen = new NativeDescriptor(NativeTerminal.OUTPUT);
        try {
            int count = master.read(buffer);
            while (count >= 0) {
                screen.write(buffer, count);
                count = master.read(buffer);
            }
        } catch (IOException e) {
            // The user's terminal is gone; the command is told by the hang-up that comes with it.
            return;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(LAST_OUTPUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
