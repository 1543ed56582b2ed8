package io.openshell.testkit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a test's DNS server knows, and what it was asked. Any thread may change it and ask. */
final class DnsZone {

    /** A record: an address, or another name. */
    sealed interface Answer {

        record Address(InetAddress address) implements Answer {}

        record Alias(String target) implements Answer {}
    }

    /** Successive answers to the same question; after the last comes the first again. */
    private record Script(List<List<Answer>> answers) {}

    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;

    private final Map<String, Script> scripts = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final List<String> queries = new ArrayList<>();

    synchronized void put(String name, List<List<Answer>> answers) {
        String key = name.toLowerCase(Locale.ROOT);
        scripts.put(key, new Script(answers.stream().map(List::copyOf).toList()));
        asked.keySet().removeIf(question -> question.endsWith(" " + key));
    }

    synchronized List<String> queries() {
        return List.copyOf(queries);
    }

    synchronized void forgetQueries() {
        queries.clear();
    }

    /** The records for a question; nothing if the name is unknown. */
    synchronized Optional<List<Answer>> answer(String name, int type) {
        String key = name.toLowerCase(Locale.ROOT);
        queries.add(type + " " + key);
        Script script = scripts.get(key);
        if (script == null) {
            return Optional.empty();
        }
        int turn = asked.merge(type + " " + key, 1, Integer::sum) - 1;
        List<Answer> all = script.answers().get(turn % script.answers().size());
        return Optional.of(all.stream().filter(answer -> fits(answer, type)).toList());
    }

    private static boolean fits(Answer answer, int type) {
        return switch (answer) {
            case Answer.Alias alias -> true;
            case Answer.Address address -> type == (address.address() instanceof Inet6Address ? TYPE_AAAA : TYPE_A);
        };
    }
}
