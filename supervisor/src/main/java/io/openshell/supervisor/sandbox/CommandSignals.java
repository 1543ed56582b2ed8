package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.SpawnedCommand;
import io.openshell.supervisor.terminal.NativeTerminal;
import io.openshell.supervisor.terminal.Signals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands this process's signals on to a command. Taken before the command starts, so that none falls between: those that
 * come early are handed on when it has started.
 */
final class CommandSignals implements AutoCloseable {

    private final List<Integer> early = new ArrayList<>();
    private final Signals signals;
    private @Nullable SpawnedCommand command;

    private CommandSignals() {
        this.signals = Signals.take(this::forward, this::follow);
    }

    static CommandSignals take() {
        return new CommandSignals();
    }

    synchronized void handTo(SpawnedCommand started) {
        command = started;
        early.forEach(this::forward);
        early.clear();
    }

    @Override
    public void close() {
        signals.close();
    }

    private synchronized void forward(int number) {
        if (command == null) {
            early.add(number);
            return;
        }
        try {
            command.signal(number);
        } catch (IOException e) {
            // The launcher is gone, and with it the command.
            return;
        }
    }

    private synchronized void follow() {
        if (command == null) {
            return;
        }
        try {
            command.resize(NativeTerminal.size());
        } catch (IOException e) {
            // As above.
            return;
        }
    }
}
