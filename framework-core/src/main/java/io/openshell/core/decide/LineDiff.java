package io.openshell.core.decide;

import java.util.ArrayList;
import java.util.List;

/**
 * What changed between two YAML texts: the lines that went ({@code -}) and came ({@code +}), under the lines that
 * say where they stand.
 */
record LineDiff(List<String> lines) {

    /** Longer stretches are shown as replaced as a whole; edits are small, so this is no loss. */
    private static final int MAX_CELLS = 4_000_000;

    static LineDiff of(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> now = after.lines().toList();
        int start = 0;
        while (start < Math.min(old.size(), now.size()) && old.get(start).equals(now.get(start))) {
            start++;
        }
        int oldEnd = old.size();
        int newEnd = now.size();
        while (oldEnd > start && newEnd > start && old.get(oldEnd - 1).equals(now.get(newEnd - 1))) {
            oldEnd--;
            newEnd--;
        }
        List<String> changes = new ArrayList<>();
        old.subList(0, start).forEach(line -> changes.add("  " + line));
        changes.addAll(middle(old.subList(start, oldEnd), now.subList(start, newEnd)));
        return new LineDiff(withPlaces(changes));
    }

    /** How many lines changed. */
    int size() {
        return (int) lines.stream().filter(line -> line.charAt(0) != ' ').count();
    }

    private static List<String> middle(List<String> old, List<String> now) {
        List<String> out = new ArrayList<>();
        if ((long) old.size() * now.size() > MAX_CELLS) {
            old.forEach(line -> out.add("- " + line));
            now.forEach(line -> out.add("+ " + line));
            return out;
        }
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                out.add("  " + old.get(i++));
                j++;
            } else if (j == now.size() || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                out.add("- " + old.get(i++));
            } else {
                out.add("+ " + now.get(j++));
            }
        }
        return out;
    }

    /** The changed lines, and of the others only the parents of these. */
    private static List<String> withPlaces(List<String> changes) {
        boolean[] shown = new boolean[changes.size()];
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).charAt(0) != ' ') {
                showParents(changes, i, shown);
            }
        }
        List<String> out = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (shown[i]) {
                out.add(changes.get(i));
            }
        }
        return out;
    }

    private static void showParents(List<String> changes, int at, boolean[] shown) {
        shown[at] = true;
        int indent = indent(changes.get(at));
        for (int i = at - 1; i >= 0 && indent > 0; i--) {
            if (indent(changes.get(i)) < indent) {
                indent = indent(changes.get(i));
                shown[i] = true;
            }
        }
    }

    private static int indent(String line) {
        int i = 2;
        while (i < line.length() && line.charAt(i) == ' ') {
            i++;
        }
        return i - 2;
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
