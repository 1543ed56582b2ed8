package io.openshell.supervisor.prelude;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.ComputeHost;
import io.openshell.supervisor.control.BrokerChannel;
import io.openshell.supervisor.control.BrokerMessage;
import io.openshell.supervisor.control.BrokerMessage.Ended;
import io.openshell.supervisor.control.BrokerMessage.Launched;
import io.openshell.supervisor.control.BrokerMessage.Start;
import io.openshell.supervisor.control.MalformedFrameException;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.terminal.Signals;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The broker process, which was started before this process gave up its own means, and starts launchers when asked.
 * It does nothing else, and ends when this process does. Thread-safe.
 */
public final class LauncherBroker implements ComputeHost, AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);

    private final Path launcher;
    private final Process process;
    private final BrokerChannel channel;
    private final Map<Integer, Launcher> launchers = new HashMap<>();
    private int last;
    private boolean gone;

    private LauncherBroker(Path launcher, Process process) {
        this.launcher = launcher;
        this.process = process;
        this.channel = new BrokerChannel(process.getInputStream(), process.getOutputStream());
    }

    /**
     * Starts the broker without locking this process down: for programs that must not be, such as tests. {@link
     * SupervisorPrelude} does both.
     *
     * @param launcher the launcher's executable, which is also the broker's
     */
    public static LauncherBroker start(Path launcher) throws IOException {
        if (!Files.isExecutable(launcher)) {
            throw new IOException("launcher: " + launcher + " (expected: an executable file)");
        }
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "--broker")
                .directory(new File("/"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        LauncherBroker broker = new LauncherBroker(launcher, builder.start());
        Thread.ofPlatform().daemon().name("broker").start(broker::readAll);
        return broker;
    }

    @Override
    public Path launcher() {
        return launcher;
    }

    @Override
    public LauncherProcess startLauncher(Path controlSocket) throws ComputeException {
        Launcher starting = new Launcher();
        int number;
        synchronized (this) {
            if (gone) {
                throw new ComputeException(Kind.INTERNAL, "broker: ended (expected: running)");
            }
            number = ++last;
            launchers.put(number, starting);
        }
        try {
            channel.write(new Start(number, controlSocket.toString()));
            Launched launched = starting.launched.get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (launched.pid() == 0) {
                throw new ComputeException(
                        Kind.INTERNAL, "launcher: " + Errno.text(launched.errno()) + " (expected: started)");
            }
            return new LauncherProcess(launched.pid(), starting.exit);
        } catch (IOException | TimeoutException e) {
            throw new ComputeException(Kind.INTERNAL, "broker: no answer (expected: a launcher started)", e);
        } catch (ExecutionException e) {
            throw new ComputeException(Kind.INTERNAL, String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ComputeException(Kind.INTERNAL, "launcher: interrupted (expected: started)", e);
        }
    }

    /** The broker's process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends the broker. Launchers notice on their own control sockets that they are no longer wanted. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
    }

    private void readAll() {
        IOException reason = new IOException("broker: ended (expected: running)");
        try {
            Optional<BrokerMessage> message = channel.read();
            while (message.isPresent()) {
                take(message.get());
                message = channel.read();
            }
        } catch (IOException e) {
            process.destroy();
            reason = e;
        }
        Map<Integer, Launcher> left;
        synchronized (this) {
            gone = true;
            left = Map.copyOf(launchers);
            launchers.clear();
        }
        for (Launcher orphan : left.values()) {
            orphan.launched.completeExceptionally(reason);
            orphan.exit.completeExceptionally(reason);
        }
    }

    private void take(BrokerMessage message) throws MalformedFrameException {
        switch (message) {
            case Launched m -> {
                Launcher started = require(m.number(), m.pid() == 0);
                if (!started.launched.complete(m)) {
                    throw new MalformedFrameException("LAUNCHED: twice (expected: once)");
                }
            }
            case Ended m -> {
                Launcher ended = require(m.number(), true);
                ended.exit.complete(m.signal() == 0 ? m.exitCode() : Signals.status(m.signal()));
            }
            case Start m -> throw new MalformedFrameException("START: from the broker (expected: to it)");
        }
    }

    private synchronized Launcher require(int number, boolean remove) throws MalformedFrameException {
        Launcher found = remove ? launchers.remove(number) : launchers.get(number);
        if (found == null) {
            throw new MalformedFrameException("launcher: " + number + " (expected: one that was started)");
        }
        return found;
    }

    private static final class Launcher {
        private final CompletableFuture<Launched> launched = new CompletableFuture<>();
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    }
}
