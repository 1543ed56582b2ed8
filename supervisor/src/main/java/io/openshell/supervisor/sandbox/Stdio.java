package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.terminal.NativeTerminal;
import java.io.OutputStream;

/** What a command reads from and writes to. */
public sealed interface Stdio {

    /** This process's own standard streams, handed on as they are. This process must not read its input then. */
    record Inherited() implements Stdio {}

    /**
     * A terminal of the command's own, joined to the one that this process was started on: raw mode, resizing, Ctrl-C.
     */
    record OwnTerminal() implements Stdio {}

    /**
     * Nothing to read; what is written is carried to these streams by threads of their own.
     *
     * @param output gets standard output; not closed
     * @param errors gets standard error; not closed; may be the same if it is synchronised
     */
    record Captured(OutputStream output, OutputStream errors) implements Stdio {}

    /** A terminal if this process has one at both ends, else its streams. */
    static Stdio ofThisProcess() {
        return NativeTerminal.isOurs() ? new OwnTerminal() : new Inherited();
    }
}
