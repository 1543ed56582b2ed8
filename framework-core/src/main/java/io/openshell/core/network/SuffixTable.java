package io.openshell.core.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A hash table of name suffixes that is asked for all suffixes of a name in one pass from its end, without making
 * a string for any. Immutable.
 */
final class SuffixTable<V> {

    private final List<List<Entry<V>>> buckets;
    private final int mask;

    private record Entry<V>(String suffix, V value) {}

    /** Takes what was found, and where the dot before it stands in the name. */
    interface Found<V> {
        void accept(V value, int dot);
    }

    SuffixTable(Map<String, V> values) {
        int size = Integer.highestOneBit(Math.max(1, values.size())) * 4;
        this.mask = size - 1;
        this.buckets = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            buckets.add(List.of());
        }
        values.forEach((suffix, value) -> {
            int slot = slot(hash(suffix));
            List<Entry<V>> entries = new ArrayList<>(buckets.get(slot));
            entries.add(new Entry<>(suffix, value));
            buckets.set(slot, List.copyOf(entries));
        });
    }

    private static int hash(String suffix) {
        int hash = 0;
        for (int i = suffix.length() - 1; i >= 0; i--) {
            hash = 31 * hash + suffix.charAt(i);
        }
        return hash;
    }

    private int slot(int hash) {
        return (hash ^ (hash >>> 16)) & mask;
    }

    /** Hands over the value of each suffix that follows a dot of the name and is in the table. */
    void find(String name, Found<V> found) {
        int hash = 0;
        for (int i = name.length() - 1; i >= 0; i--) {
            char c = name.charAt(i);
            if (c == '.') {
                at(name, i, slot(hash), found);
            }
            hash = 31 * hash + c;
        }
    }

    private void at(String name, int dot, int slot, Found<V> found) {
        List<Entry<V>> entries = buckets.get(slot);
        for (int i = 0; i < entries.size(); i++) {
            Entry<V> entry = entries.get(i);
            if (entry.suffix.length() == name.length() - dot - 1 && name.endsWith(entry.suffix)) {
                found.accept(entry.value, dot);
            }
        }
    }
}
