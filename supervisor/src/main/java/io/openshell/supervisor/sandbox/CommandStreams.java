package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The descriptors that a command is started with, and what carries on with their near ends. */
final class CommandStreams implements AutoCloseable {

    private static final int F_GETFD = 1;
    private static final int BUFFER = 16 * 1024;

    /** A process that the command left behind may hold its output open: what has been quiet for so long is done. */
    private static final Duration QUIET = Duration.ofMillis(250);

    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

    private final List<NativeDescriptor> far = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Thread> carriers = new ArrayList<>();
    private final AtomicLong carried = new AtomicLong();

    private CommandStreams() {}

    static CommandStreams open(Stdio stdio) throws IOException {
        CommandStreams streams = new CommandStreams();
        try {
            switch (stdio) {
                case Stdio.OwnTerminal terminal -> {}
                case Stdio.Inherited inherited -> streams.inherit();
                case Stdio.Captured captured -> streams.capture(captured);
            }
            return streams;
        } catch (IOException e) {
            streams.close();
            throw e;
        }
    }

    /** Those of a command that has its own already. */
    static CommandStreams none() {
        return new CommandStreams();
    }

    /** What to hand over; none for a terminal. */
    List<Integer> numbers() {
        return numbers;
    }

    /** The far ends are the command's from now on. */
    void handedOver() {
        far.forEach(NativeDescriptor::close);
        far.clear();
    }

    /** Waits, not long, until what the command wrote has been carried. */
    void awaitLastOutput() throws InterruptedException {
        long deadline = System.nanoTime() + LAST_OUTPUT.toNanos();
        for (Thread carrier : carriers) {
            long before = -1;
            while (carried.get() != before && System.nanoTime() < deadline) {
                before = carried.get();
                if (carrier.join(QUIET)) {
                    break;
                }
            }
        }
    }

    @Override
    public void close() {
        handedOver();
    }

    private void inherit() throws IOException {
        for (int number = 0; number <= 2; number++) {
            if (NativeLibc.fcntl(number, F_GETFD, 0) >= 0) {
                numbers.add(number);
            } else {
                give(NativeDescriptor.openNull());
            }
        }
    }

    private void capture(Stdio.Captured captured) throws IOException {
        give(NativeDescriptor.openNull());
        carry(captured.output());
        carry(captured.errors());
    }

    private void carry(OutputStream to) throws IOException {
        NativeDescriptor.Pipe pipe = NativeDescriptor.pipe();
        give(pipe.writer());
        carriers.add(Thread.ofPlatform().daemon().name("command-output").start(() -> carry(pipe.reader(), to)));
    }

    private void give(NativeDescriptor descriptor) {
        far.add(descriptor);
        numbers.add(descriptor.number());
    }

    private void carry(NativeDescriptor from, OutputStream to) {
        byte[] buffer = new byte[BUFFER];
        try (from) {
            int count = from.read(buffer);
            while (count >= 0) {
                to.write(buffer, 0, count);
                to.flush();
                carried.addAndGet(count);
                count = from.read(buffer);
            }
        } catch (IOException e) {
            // Whoever listened is gone; the command sees a broken pipe when it writes on.
            return;
        }
    }
}
