package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.SpawnNews;
import io.openshell.supervisor.control.LauncherMessage.Started;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A command in a sandbox. Thread-safe. */
public final class SpawnedCommand {

    private final LauncherConnection connection;
    private final int number;
    private final CompletableFuture<SpawnNews> started = new CompletableFuture<>();
    private final CompletableFuture<Exited> exited = new CompletableFuture<>();

    SpawnedCommand(LauncherConnection connection, int number) {
        this.connection = connection;
        this.number = number;
    }

    /**
     * What the launcher said when it started: pid, terminal, steps. The caller owns the terminal.
     *
     * @throws IllegalStateException if it has not started
     */
    public Started startedMessage() {
        if (started.getNow(null) instanceof Started message) {
            return message;
        }
        throw new IllegalStateException("command: not started (expected: started)");
    }

    /**
     * Waits until a command that another supervisor has started is known to have, or not to have, begun.
     *
     * @throws IOException if it did not begin, or the launcher does not say
     */
    public void awaitStarted(Duration atMost) throws IOException {
        connection.awaitStarted(this, atMost);
    }

    /** Its number, by which a later supervisor knows it too. */
    public int number() {
        return number;
    }

    /** Completes when the command has ended; fails with {@link LauncherGoneException} when the launcher goes first. */
    public CompletableFuture<Exited> exited() {
        return exited.copy();
    }

    /** Sends a signal to its process group. Nothing happens if it has ended. */
    public void signal(int signal) throws IOException {
        if (!exited.isDone()) {
            connection.send(new SupervisorMessage.Signal(number, signal));
        }
    }

    /** Tells its terminal the size. */
    public void resize(WindowSize size) throws IOException {
        if (!exited.isDone()) {
            connection.send(new SupervisorMessage.Resize(number, size));
        }
    }

    CompletableFuture<SpawnNews> started() {
        return started;
    }

    void completeStarted(SpawnNews news) {
        started.complete(news);
    }

    void completeExited(Exited message) {
        exited.complete(message);
    }

    void fail(LauncherGoneException reason) {
        started.completeExceptionally(reason);
        exited.completeExceptionally(reason);
    }
}
