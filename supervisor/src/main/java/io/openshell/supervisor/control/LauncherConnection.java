package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Answer;
import io.openshell.supervisor.control.LauncherMessage.Bypass;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Failed;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Refused;
import io.openshell.supervisor.control.LauncherMessage.Resolved;
import io.openshell.supervisor.control.LauncherMessage.Resumed;
import io.openshell.supervisor.control.LauncherMessage.SpawnNews;
import io.openshell.supervisor.control.SupervisorMessage.Peer;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The conversation with one launcher. One daemon thread reads; any thread may call. When the launcher goes away, or
 * says anything that the protocol does not have at that point, everything that waits fails with {@link
 * LauncherGoneException}, and so does every later call.
 *
 * <p>Futures complete on the reading thread: what depends on them must not block it.
 */
public final class LauncherConnection implements AutoCloseable {

    /** The version of the protocol that both sides must speak. */
    public static final int VERSION = 1;

    private final FrameChannel channel;
    private final String name;
    private final CompletableFuture<Hello> hello = new CompletableFuture<>();
    private final CompletableFuture<LauncherMessage> launched = new CompletableFuture<>();
    private final CompletableFuture<Resumption> resumed = new CompletableFuture<>();
    private final CompletableFuture<LauncherGoneException> gone = new CompletableFuture<>();
    private final Queries queries = new Queries();
    private final Spawns spawns = new Spawns();
    private final EarlyBypasses bypasses = new EarlyBypasses();
    private volatile boolean launchAsked;
    private volatile boolean resumeAsked;
    private volatile boolean closing;

    private LauncherConnection(String name, FrameChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Begins to read.
     *
     * @param name the sandbox's, for the thread
     */
    static LauncherConnection begin(String name, NativeUnixSocket socket) {
        LauncherConnection connection = new LauncherConnection(name, new FrameChannel(socket));
        Thread.ofPlatform().daemon().name("control-" + name).start(connection::readAll);
        return connection;
    }

    /**
     * Knocks at a sandbox whose supervisor has gone.
     *
     * @param name the sandbox's
     * @param door the socket that its first supervisor made
     * @throws IOException if nobody listens there
     */
    static LauncherConnection knock(String name, Path door) throws IOException {
        return begin(name, NativeUnixSocket.connect(door));
    }

    /**
     * Waits for the launcher's first message.
     *
     * @throws ResumeRefusedException if it already says that this supervisor is not wanted
     * @throws IOException if none came in time, or it speaks another version
     */
    public Hello hello(Duration atMost) throws IOException {
        Hello message = await(hello, atMost, "the launcher's first message");
        if (message.version() != VERSION) {
            throw new IOException("launcher: protocol " + message.version() + " (expected: " + VERSION
                    + "; the launcher and this program are of different releases)");
        }
        return message;
    }

    /**
     * Has the sandbox built, and waits until it stands. Once a connection.
     *
     * @throws LaunchRefusedException if the launcher could not build it; it has ended then
     */
    public Ready launch(SupervisorMessage.Launch spec, Duration atMost) throws IOException {
        launchAsked = true;
        send(spec);
        LauncherMessage answer = await(launched, atMost, "the sandbox to stand");
        if (answer instanceof Failed failed) {
            throw LaunchRefusedException.of(failed);
        }
        return (Ready) answer;
    }

    /**
     * Names who is told of connections around the proxy. Those that are reported before are told then.
     *
     * @param listener called on the reading thread, so it must not block
     */
    public void onBypass(Consumer<Bypass> listener) {
        bypasses.handTo(listener);
    }

    /**
     * Takes over a sandbox whose supervisor has gone. Once a connection.
     *
     * @throws ResumeRefusedException if this supervisor may not
     */
    public Resumption resume(Duration atMost) throws IOException {
        try (NativeDescriptor home = ResumeSocket.home()) {
            resumeAsked = true;
            send(new SupervisorMessage.Resume(VERSION, home.number()));
        }
        return await(resumed, atMost, "the sandbox to be handed over");
    }

    /**
     * Leaves a state for a supervisor that comes back. When this returns, the launcher gets it even if this process ends
     * at once.
     *
     * @param state as {@link SupervisorMessage.Keep} has it
     */
    public void keep(SecretBytes state) throws IOException {
        send(new SupervisorMessage.Keep(ProcessHandle.current().pid(), state));
    }

    /** A command to be, which has its number already. */
    public SpawnedCommand prepare() {
        return spawns.add(this);
    }

    /**
     * Runs a command.
     *
     * @param command a prepared one
     * @param stdio three descriptor numbers, which stay the caller's; empty for a terminal
     * @throws LaunchRefusedException if it did not start
     */
    public void spawn(
            SpawnedCommand command,
            List<String> arguments,
            List<String> environment,
            String directory,
            List<Integer> stdio,
            WindowSize size,
            Duration atMost)
            throws IOException {
        send(new SupervisorMessage.Spawn(
                command.number(), arguments, environment, directory, stdio, stdio.isEmpty(), size));
        awaitStarted(command, atMost);
    }

    void awaitStarted(SpawnedCommand command, Duration atMost) throws IOException {
        SpawnNews news = await(command.started(), atMost, "the command to start");
        if (news instanceof LauncherMessage.SpawnFailed failed) {
            throw LaunchRefusedException.of(failed);
        }
    }

    /** Asks who holds the connection between these two ends. Fails after {@code atMost}. */
    public CompletableFuture<Identity> identify(Peer agent, Peer proxy, Duration atMost) {
        return ask(Identity.class, atMost, number -> new SupervisorMessage.Identify(number, agent, proxy));
    }

    /** Asks for the executable of exactly this process. Whoever takes the answer owns its descriptor. */
    public CompletableFuture<Exe> openExecutable(int pid, long startTime, Duration atMost) {
        return ask(Exe.class, atMost, number -> new SupervisorMessage.OpenExe(number, pid, startTime));
    }

    /** Asks where paths lead inside the sandbox. */
    public CompletableFuture<Resolved> resolve(List<String> paths, Duration atMost) {
        return ask(Resolved.class, atMost, number -> new SupervisorMessage.Resolve(number, paths));
    }

    /**
     * Asks what an image's root has, before the sandbox is built.
     *
     * @param paths whose kind is asked for
     * @param files whose content is asked for too
     */
    public List<LauncherMessage.SeenPath> look(List<String> paths, List<String> files, Duration atMost)
            throws IOException {
        return seen(number -> new SupervisorMessage.Look(number, paths, files, List.of()), atMost);
    }

    /**
     * Asks what is in directories of an image's root, before the sandbox is built.
     *
     * @return for each the files and directories in it, and behind them the directory itself with what went wrong
     */
    public List<LauncherMessage.SeenPath> list(List<String> directories, Duration atMost) throws IOException {
        return seen(number -> new SupervisorMessage.Look(number, List.of(), List.of(), directories), atMost);
    }

    private List<LauncherMessage.SeenPath> seen(Queries.Question look, Duration atMost) throws IOException {
        Future<LauncherMessage.Seen> seen = ask(LauncherMessage.Seen.class, atMost, look);
        return await(seen, atMost, "what the image has").paths();
    }

    /** Asks the launcher to end everything, and does not wait. A launcher that is gone has done so. */
    public void shutdown() {
        closing = true;
        try {
            send(new SupervisorMessage.Shutdown());
        } catch (LauncherGoneException e) {
            // It is what was asked for.
            return;
        } catch (IOException e) {
            channel.hangUp();
        }
    }

    /** Completes, with the reason, when the conversation is over. */
    public CompletableFuture<LauncherGoneException> gone() {
        return gone.copy();
    }

    /** Ends the conversation; the launcher then ends everything. */
    @Override
    public void close() {
        closing = true;
        channel.hangUp();
    }

    void send(SupervisorMessage message) throws IOException {
        LauncherGoneException reason = gone.getNow(null);
        if (reason != null) {
            throw new LauncherGoneException(String.valueOf(reason.getMessage()), reason);
        }
        try {
            channel.write(SupervisorMessageCodec.encode(message));
        } catch (IOException e) {
            throw new LauncherGoneException("launcher: gone (expected: running)", e);
        }
    }

    private <T extends Answer> CompletableFuture<T> ask(Class<T> type, Duration atMost, Queries.Question question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            send(question.numbered(queries.add(type, answer, atMost)));
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void readAll() {
        LauncherGoneException reason;
        try {
            Optional<Frame> frame = channel.read();
            while (frame.isPresent()) {
                take(frame.get());
                frame = channel.read();
            }
            reason = new LauncherGoneException("launcher: ended (expected: running)", null);
        } catch (IOException | RuntimeException e) {
            reason = new LauncherGoneException("launcher: conversation broken: " + e.getMessage(), e);
        }
        // The launcher must not outlive a conversation that is over: it sees the end of the socket.
        channel.hangUp();
        gone.complete(reason);
        channel.close();
        hello.completeExceptionally(reason);
        launched.completeExceptionally(reason);
        resumed.completeExceptionally(reason);
        queries.fail(reason);
        spawns.fail(reason);
    }

    private void take(Frame frame) throws IOException {
        LauncherMessage message;
        try {
            message = LauncherMessageCodec.decode(frame);
            requireInOrder(message);
        } catch (MalformedFrameException e) {
            FrameChannel.closeAll(frame.descriptors());
            throw e;
        }
        switch (message) {
            case Hello m -> hello.complete(m);
            case Ready m -> launched.complete(m);
            case Failed m -> launched.complete(m);
            case Resumed m -> resumed.complete(new Resumption(m, spawns.adopt(this, m.spawns())));
            case Refused m -> refuse(ResumeRefusedException.of(name, m));
            case SpawnNews news -> spawns.take(news);
            case Answer answer -> queries.take(answer);
            case Bypass m -> bypasses.accept(m);
        }
    }

    private void refuse(ResumeRefusedException reason) {
        hello.completeExceptionally(reason);
        resumed.completeExceptionally(reason);
    }

    private void requireInOrder(LauncherMessage message) throws MalformedFrameException {
        boolean inOrder = switch (message) {
            case Hello m -> !hello.isDone();
            case Ready m -> launchAsked && hello.isDone() && !launched.isDone();
            case Failed m -> hello.isDone() && !launched.isDone();
            case Resumed m -> resumeAsked && hello.isDone() && !resumed.isDone();
            case Refused m -> !launchAsked && !resumed.isDone();
            case SpawnNews m -> spawns.expects(m);
            case Answer m -> queries.expects(m);
            case Bypass m -> launched.isDone() || resumed.isDone();
        };
        if (!inOrder) {
            throw new MalformedFrameException(
                    "message: " + message.getClass().getSimpleName() + " (expected: not now, or not with this number)");
        }
    }

    private <T> T await(Future<T> future, Duration atMost, String what) throws IOException {
        try {
            return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    name + ": waited " + atMost.toSeconds() + " s for " + what + " (expected: sooner)", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + what, e);
        }
    }

    /**
     * A sandbox that was taken over.
     *
     * @param message what the launcher said
     * @param commands those that were started before, by number; each is started, not started, or has ended as soon as the
     *     launcher has said so
     */
    public record Resumption(Resumed message, Map<Integer, SpawnedCommand> commands) {}

    @Override
    public String toString() {
        return "launcher of " + name + (closing ? ", closing" : "");
    }
}
