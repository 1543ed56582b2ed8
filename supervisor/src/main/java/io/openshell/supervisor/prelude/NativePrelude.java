package io.openshell.supervisor.prelude;

import com.sun.jna.Memory;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Puts the filter on every thread of this process, and reads back that it is there. */
final class NativePrelude {

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int RLIMIT_CORE = 4;
    private static final int RLIMIT_BYTES = 16;

    private static final String FILTERED = "Seccomp:\t2";
    private static final String NO_NEW_PRIVILEGES = "NoNewPrivs:\t1";

    private NativePrelude() {}

    /** Forbids core dumps, which would hold keys and credentials, and installs the filter; there is no way back. */
    static void apply(Architecture architecture) throws IOException {
        try (Memory none = new Memory(RLIMIT_BYTES)) {
            none.clear();
            if (NativeLibc.setrlimit(RLIMIT_CORE, none) != 0) {
                throw Errno.failure("RLIMIT_CORE");
            }
        }
        if (NativeLibc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
            throw Errno.failure("no_new_privs");
        }
        List<Instruction> program = PreludeFilter.program(architecture);
        try (Memory instructions = encode(program);
                Memory header = new Memory(16)) {
            header.clear();
            header.setShort(0, (short) program.size());
            header.setPointer(8, instructions);
            long result = NativeLibc.syscall(
                    architecture.seccompNumber(), SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, header);
            if (result > 0) {
                throw new IOException("seccomp: thread " + result + " has another filter (expected: the same on all)");
            }
            if (result < 0) {
                throw Errno.failure("seccomp");
            }
        }
    }

    /**
     * Reads every thread's state and tries a call that must fail.
     *
     * @return how many threads there are
     * @throws IOException if any thread is not under the filter
     */
    static int verify() throws IOException {
        int threads = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                Optional<String> status = status(task);
                if (status.isPresent()) {
                    requireFiltered(task, status.get());
                    threads++;
                }
            }
        }
        requireMountRefused();
        return threads;
    }

    private static Optional<String> status(Path task) throws IOException {
        try {
            return Optional.of(Files.readString(task.resolve("status")));
        } catch (NoSuchFileException e) {
            // The thread has ended since its directory was listed.
            return Optional.empty();
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static void requireFiltered(Path task, String status) throws IOException {
        if (!status.contains(FILTERED) || !status.contains(NO_NEW_PRIVILEGES)) {
            throw new IOException("thread " + task.getFileName()
                    + ": not under the startup filter (expected: Seccomp 2 and NoNewPrivs 1)");
        }
    }

    /** Without a target mount(2) answers EFAULT before it looks at privileges, so EPERM can only be the filter's. */
    private static void requireMountRefused() throws IOException {
        int result = NativeLibc.mount(null, null, null, 0, null);
        int errno = NativeLibc.errno();
        if (result == 0 || errno != Errno.EPERM) {
            throw new IOException("mount: " + (result == 0 ? "done" : Errno.text(errno)) + " (expected: "
                    + Errno.text(Errno.EPERM) + ")");
        }
    }

    private static Memory encode(List<Instruction> program) {
        Memory memory = new Memory((long) INSTRUCTION_BYTES * program.size());
        for (int i = 0; i < program.size(); i++) {
            Instruction instruction = program.get(i);
            long at = (long) INSTRUCTION_BYTES * i;
            memory.setShort(at, (short) instruction.code());
            memory.setByte(at + 2, (byte) instruction.ifTrue());
            memory.setByte(at + 3, (byte) instruction.ifFalse());
            memory.setInt(at + 4, (int) instruction.operand());
        }
        return memory;
    }
}
