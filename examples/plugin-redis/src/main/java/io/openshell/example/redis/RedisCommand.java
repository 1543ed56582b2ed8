package io.openshell.example.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A command as a client sent it. */
final class RedisCommand {

    private static final Pattern SHOWN = Pattern.compile("[A-Z][A-Z0-9._-]{0,31}");

    /**
     * After these, replies no longer come one for each command and in order, so that the refusal of a later command could
     * not be put in its place.
     */
    private static final Set<String> CHANGES_REPLIES = Set.of(
            "SUBSCRIBE",
            "PSUBSCRIBE",
            "SSUBSCRIBE",
            "UNSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SUNSUBSCRIBE",
            "MONITOR",
            "SYNC",
            "PSYNC",
            "CLIENT|REPLY");

    private final List<byte[]> arguments;
    private final List<String> names;

    /** @param arguments the name and what follows it; at least one */
    RedisCommand(List<byte[]> arguments) {
        this.arguments = List.copyOf(arguments);
        String name = capitals(arguments.getFirst());
        this.names = arguments.size() == 1 ? List.of(name) : List.of(name, name + "|" + capitals(arguments.get(1)));
    }

    /** What rules can call it: the name, and {@code NAME|SUBCOMMAND} if anything follows it; in capitals. */
    List<String> names() {
        return names;
    }

    /** The name for messages and events, where arguments must not appear and a name can be anything. */
    String shownName() {
        String name = names.getFirst();
        return SHOWN.matcher(name).matches() ? name : "(unnamed)";
    }

    boolean changesReplies() {
        return names.stream().anyMatch(CHANGES_REPLIES::contains);
    }

    CommandKeys keys() {
        return CommandKeys.of(names.getFirst(), arguments);
    }

    /** Names are ASCII; one byte is one character here, so that no two names look the same. */
    private static String capitals(byte[] argument) {
        return new String(argument, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    }
}
