package io.openshell.supervisor.terminal;

import com.sun.jna.Memory;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;

/** The terminal that this process was started on (termios(3), tty_ioctl(4)). */
public final class NativeTerminal {

    /** Descriptor of standard input. */
    static final int INPUT = 0;

    /** Descriptor of standard output. */
    static final int OUTPUT = 1;

    private static final int TCSADRAIN = 1;
    private static final long TIOCGWINSZ = 0x5413;

    /** {@code struct termios} of the C libraries in use has 60 bytes. */
    private static final int TERMIOS_BYTES = 128;

    private NativeTerminal() {}

    /** Whether this process reads from and writes to a terminal. */
    public static boolean isOurs() {
        return NativeLibc.isatty(INPUT) == 1 && NativeLibc.isatty(OUTPUT) == 1;
    }

    /** The size that the terminal says it has. */
    public static WindowSize size() {
        try (Memory size = new Memory(8)) {
            size.clear();
            if (NativeLibc.ioctl(OUTPUT, TIOCGWINSZ, size) != 0) {
                return WindowSize.UNKNOWN;
            }
            return new WindowSize(Short.toUnsignedInt(size.getShort(0)), Short.toUnsignedInt(size.getShort(2)));
        }
    }

    /**
     * Has every key handed on as it is: the far terminal does echo, editing and Ctrl-C.
     *
     * @return puts it back; also done when this process is told to end
     */
    static RawMode raw() throws IOException {
        Memory before = new Memory(TERMIOS_BYTES);
        before.clear();
        if (NativeLibc.tcgetattr(INPUT, before) != 0) {
            throw Errno.failure("tcgetattr");
        }
        try (Memory raw = new Memory(TERMIOS_BYTES)) {
            raw.write(0, before.getByteArray(0, TERMIOS_BYTES), 0, TERMIOS_BYTES);
            NativeLibc.cfmakeraw(raw);
            if (NativeLibc.tcsetattr(INPUT, TCSADRAIN, raw) != 0) {
                throw Errno.failure("tcsetattr");
            }
        }
        return new RawMode(before);
    }

    /** A terminal that is raw until this is closed. */
    static final class RawMode implements AutoCloseable {

        private final Memory before;
        private final Thread atExit = Thread.ofPlatform().unstarted(this::restore);

        private RawMode(Memory before) {
            this.before = before;
            Runtime.getRuntime().addShutdownHook(atExit);
        }

        @Override
        public void close() {
            restore();
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                // The hook is running already: it does the same.
                return;
            }
        }

        private synchronized void restore() {
            NativeLibc.tcsetattr(INPUT, TCSADRAIN, before);
        }
    }
}
