package io.openshell.core.credential;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds a marker in bytes that come one by one, in any of the forms of {@link MarkerPaths}: one table lookup a byte,
 * however it is split. Immutable; any thread.
 */
final class MarkerAutomaton {

    /** Before the first byte. */
    static final int START = 0;

    /** A marker is complete; there is no way on. */
    static final int FOUND = -1;

    private final byte[] classes;
    private final int width;
    private final int[] table;
    private final int[] held;
    private final boolean[] beginnings;

    private static final class Instance {
        private static final MarkerAutomaton VALUE =
                new MarkerAutomaton(new MarkerPaths(Placeholders.CANONICAL, Placeholders.ALIAS));
    }

    private MarkerAutomaton(MarkerPaths paths) {
        classes = classes(paths);
        width = width(classes);
        int[] lengths = lengths(paths);
        Map<BitSet, Integer> numbers = new HashMap<>();
        List<int[]> rows = new ArrayList<>();
        List<Integer> holds = new ArrayList<>();
        Deque<BitSet> open = new ArrayDeque<>();
        BitSet start = new BitSet();
        start.set(MarkerPaths.START);
        numbers.put(start, START);
        open.add(start);
        while (!open.isEmpty()) {
            BitSet state = open.remove();
            holds.add(state.stream().map(node -> lengths[node]).max().orElse(0));
            rows.add(row(paths, state, numbers, open));
        }
        held = holds.stream().mapToInt(Integer::intValue).toArray();
        table = new int[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < width; c++) {
                int next = rows.get(i)[c];
                table[i * width + c] = next == FOUND ? FOUND : next * width;
            }
        }
        beginnings = beginnings();
    }

    /** The one automaton, which is built when it is first needed. */
    static MarkerAutomaton get() {
        return Instance.VALUE;
    }

    /** The state after a byte. */
    int step(int state, int octet) {
        return table[state + classes[octet & 0xff]];
    }

    /** How many of the last bytes may be the beginning of a marker, at most. */
    int held(int state) {
        return held[state / width];
    }

    /**
     * The first index at or after {@code from} at which a marker may begin, or the last index: between them, nothing
     * changes the state {@link #START}.
     */
    int skip(byte[] bytes, int from, int to) {
        int at = from;
        while (at + 1 < to && !beginnings[(bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff)]) {
            at++;
        }
        return at;
    }

    /** Of each two bytes, whether the first one makes a difference after the second. */
    private boolean[] beginnings() {
        boolean[] pairs = new boolean[1 << 16];
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                pairs[first << 8 | second] = step(step(START, first), second) != step(START, second);
            }
        }
        return pairs;
    }

    private int[] row(MarkerPaths paths, BitSet state, Map<BitSet, Integer> numbers, Deque<BitSet> open) {
        BitSet[] next = new BitSet[width];
        for (int c = 0; c < width; c++) {
            next[c] = new BitSet();
            next[c].set(MarkerPaths.START);
        }
        state.stream().forEach(node -> {
            for (MarkerPaths.Edge edge : paths.from(node)) {
                if (edge.octet() >= 0) {
                    close(paths, edge.to(), next[classes[edge.octet()]]);
                }
            }
        });
        int[] row = new int[width];
        for (int c = 0; c < width; c++) {
            row[c] = next[c].get(paths.end())
                    ? FOUND
                    : numbers.computeIfAbsent(next[c], fresh -> {
                        open.add(fresh);
                        return numbers.size();
                    });
        }
        return row;
    }

    /** Adds a node and whatever is reached from it without a byte. */
    private static void close(MarkerPaths paths, int node, BitSet into) {
        if (into.get(node)) {
            return;
        }
        into.set(node);
        for (MarkerPaths.Edge edge : paths.from(node)) {
            if (edge.octet() < 0) {
                close(paths, edge.to(), into);
            }
        }
    }

    /** The longest way to each node, in bytes. */
    private static int[] lengths(MarkerPaths paths) {
        int[] lengths = new int[paths.size()];
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int node = 0; node < lengths.length; node++) {
                for (MarkerPaths.Edge edge : paths.from(node)) {
                    int length = lengths[node] + (edge.octet() < 0 ? 0 : 1);
                    if (length > lengths[edge.to()]) {
                        lengths[edge.to()] = length;
                        grown = true;
                    }
                }
            }
        }
        return lengths;
    }

    /** Bytes that no path tells apart from most others share class 0. */
    private static byte[] classes(MarkerPaths paths) {
        byte[] classes = new byte[256];
        byte last = 0;
        for (int node = 0; node < paths.size(); node++) {
            for (MarkerPaths.Edge edge : paths.from(node)) {
                if (edge.octet() >= 0 && classes[edge.octet()] == 0) {
                    classes[edge.octet()] = ++last;
                }
            }
        }
        return classes;
    }

    private static int width(byte[] classes) {
        int width = 0;
        for (byte c : classes) {
            width = Math.max(width, c + 1);
        }
        return width;
    }
}
