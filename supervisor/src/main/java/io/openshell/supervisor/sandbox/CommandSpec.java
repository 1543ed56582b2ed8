package io.openshell.supervisor.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run in a sandbox.
 *
 * @param arguments the program, looked for in the agent's {@code PATH} if it has no slash, and its arguments
 * @param environment variables besides those that every sandbox has; these win
 * @param stdio what it reads from and writes to
 * @param timeout after which it is told to end, and a tenth of a second later killed; empty for none
 */
public record CommandSpec(
        List<String> arguments, Map<String, String> environment, Stdio stdio, Optional<Duration> timeout) {

    public CommandSpec {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("command: empty (expected: a program)");
        }
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A command with this process's terminal or streams. */
    public static CommandSpec of(List<String> arguments) {
        return new CommandSpec(arguments, Map.of(), Stdio.ofThisProcess(), Optional.empty());
    }
}
