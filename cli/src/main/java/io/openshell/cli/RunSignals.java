package io.openshell.cli;

import io.openshell.supervisor.terminal.Signals;
import java.util.OptionalInt;

/**
 * Signals of this process while no command takes them. The first one that comes before the command has ended interrupts
 * the thread that makes the sandbox, which then takes back what it has made; one that comes later finds that going on
 * already. A second one ends this process at once, for whoever cannot wait: what it leaves is removed by the next run.
 */
final class RunSignals implements AutoCloseable {

    private final Thread maker;
    private final Signals taken;
    private int first;
    private boolean commandEnded;

    private RunSignals(Thread maker) {
        this.maker = maker;
        this.taken = Signals.take(this::arrived, () -> {});
    }

    /** Takes them for the calling thread, which is the one that closes this. */
    static RunSignals take() {
        return new RunSignals(Thread.currentThread());
    }

    /** From now on everything is being removed anyway. */
    synchronized void commandEnded() {
        commandEnded = true;
    }

    /** The signal that came before the command had ended, if one did. */
    synchronized OptionalInt early() {
        return first == 0 || commandEnded ? OptionalInt.empty() : OptionalInt.of(first);
    }

    private synchronized void arrived(int number) {
        if (first != 0) {
            Runtime.getRuntime().halt(Signals.status(number));
        }
        first = number;
        if (!commandEnded) {
            maker.interrupt();
        }
    }

    @Override
    public void close() {
        taken.close();
        // What the interrupt was for has been done.
        Thread.interrupted();
    }
}
