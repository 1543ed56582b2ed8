package io.openshell.supervisor.prelude;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The startup prelude of the reference: first the broker, which keeps what starting a launcher needs, then no_new_privs
 * and the seccomp filter on every thread, verified.
 */
public final class SupervisorPrelude {

    private final LauncherBroker broker;
    private final int threads;

    private SupervisorPrelude(LauncherBroker broker, int threads) {
        this.broker = broker;
        this.threads = threads;
    }

    /**
     * Installs the prelude. Belongs at the start of {@code main}, before the command line is read: from then on no
     * thread of this process, and none that it starts, can do what the filter refuses.
     *
     * @param launcher the launcher's executable
     * @throws IOException if the broker does not start, or any thread is not under the filter afterwards; the program
     *     must not go on then
     */
    public static SupervisorPrelude install(Path launcher) throws IOException {
        LauncherBroker broker = LauncherBroker.start(launcher);
        try {
            NativePrelude.apply(Architecture.current());
            return new SupervisorPrelude(broker, NativePrelude.verify());
        } catch (IOException | RuntimeException | LinkageError e) {
            broker.close();
            throw new IOException("startup prelude: " + e.getMessage(), e);
        }
    }

    /** What starts launchers from now on. */
    public LauncherBroker broker() {
        return broker;
    }

    /** How many threads were found under the filter. */
    public int threads() {
        return threads;
    }
}
