package io.openshell.core.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A glob as the automaton of its positions (Glushkov 1961), which is run on all its states at once: the time is
 * linear in the text whatever the glob and the text are, for there is nothing to go back to. Immutable.
 */
final class Automaton {

    /** Positions above this make a glob too complex; the follow table grows with their square. */
    static final int MAX_POSITIONS = 1024;

    private final CharSet[] sets;
    private final long[][] follow;
    private final long[] first;
    private final long[] last;
    private final boolean empty;

    private Automaton(CharSet[] sets, long[][] follow, long[] first, long[] last, boolean empty) {
        this.sets = sets;
        this.follow = follow;
        this.first = first;
        this.last = last;
        this.empty = empty;
    }

    /** @throws IllegalArgumentException if there are more than {@link #MAX_POSITIONS} positions */
    static Automaton of(List<Node> parts) {
        Builder builder = new Builder();
        Fragment whole = builder.sequence(parts);
        int words = Math.max(1, (builder.sets.size() + 63) / 64);
        long[][] follow = builder.follow.stream().map(set -> words(set, words)).toArray(long[][]::new);
        return new Automaton(
                builder.sets.toArray(CharSet[]::new),
                follow,
                words(whole.first, words),
                words(whole.last, words),
                whole.empty);
    }

    private static long[] words(BitSet set, int count) {
        return Arrays.copyOf(set.toLongArray(), count);
    }

    /** Whether the text from {@code from} to before {@code to}, all of it, is in the language. */
    boolean matches(String text, int from, int to) {
        if (from == to) {
            return empty;
        }
        return first.length == 1 ? matchesNarrow(text, from, to) : matchesWide(text, from, to);
    }

    private boolean matchesNarrow(String text, int from, int to) {
        long reach = first[0];
        int i = from;
        while (true) {
            int c = text.codePointAt(i);
            long state = 0;
            long next = 0;
            for (long rest = reach; rest != 0; rest &= rest - 1) {
                int position = Long.numberOfTrailingZeros(rest);
                if (sets[position].contains(c)) {
                    state |= Long.lowestOneBit(rest);
                    next |= follow[position][0];
                }
            }
            i += Character.charCount(c);
            if (i >= to) {
                return (state & last[0]) != 0;
            }
            if (next == 0) {
                return false;
            }
            reach = next;
        }
    }

    private boolean matchesWide(String text, int from, int to) {
        long[] reach = first.clone();
        long[] next = new long[reach.length];
        int i = from;
        while (true) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean accepted = step(c, reach, next);
            if (i >= to) {
                return accepted;
            }
            long[] swap = reach;
            reach = next;
            next = swap;
            Arrays.fill(next, 0);
        }
    }

    /** Puts what follows into {@code next}; says whether a last position was reached. */
    private boolean step(int c, long[] reach, long[] next) {
        boolean accepted = false;
        for (int word = 0; word < reach.length; word++) {
            for (long rest = reach[word]; rest != 0; rest &= rest - 1) {
                int position = word * 64 + Long.numberOfTrailingZeros(rest);
                if (!sets[position].contains(c)) {
                    continue;
                }
                accepted |= (last[word] & Long.lowestOneBit(rest)) != 0;
                for (int k = 0; k < next.length; k++) {
                    next[k] |= follow[position][k];
                }
            }
        }
        return accepted;
    }

    /** What can begin and end a part of the glob, and whether it can be empty. */
    private record Fragment(BitSet first, BitSet last, boolean empty) {}

    private static final class Builder {

        final List<CharSet> sets = new ArrayList<>();
        final List<BitSet> follow = new ArrayList<>();

        Fragment sequence(List<Node> parts) {
            Fragment whole = new Fragment(new BitSet(), new BitSet(), true);
            for (Node part : parts) {
                whole = joined(whole, fragment(part));
            }
            return whole;
        }

        private Fragment joined(Fragment left, Fragment right) {
            left.last.stream().forEach(position -> follow.get(position).or(right.first));
            BitSet first = copy(left.first);
            if (left.empty) {
                first.or(right.first);
            }
            BitSet last = copy(right.last);
            if (right.empty) {
                last.or(left.last);
            }
            return new Fragment(first, last, left.empty && right.empty);
        }

        private Fragment fragment(Node node) {
            return switch (node) {
                case Node.One one -> position(one.set(), false);
                case Node.Run run -> position(run.set(), true);
                case Node.Sequence sequence -> sequence(sequence.parts());
                case Node.Choice choice -> choice(choice);
                case Node.Maybe maybe -> {
                    Fragment part = fragment(maybe.part());
                    yield new Fragment(part.first, part.last, true);
                }
            };
        }

        private Fragment position(CharSet set, boolean repeated) {
            int position = sets.size();
            if (position == MAX_POSITIONS) {
                throw new IllegalArgumentException("too complex (expected: at most " + MAX_POSITIONS
                        + " characters between the first and the last wildcard)");
            }
            sets.add(set);
            BitSet own = new BitSet();
            own.set(position);
            follow.add(repeated ? copy(own) : new BitSet());
            return new Fragment(own, copy(own), repeated);
        }

        private Fragment choice(Node.Choice choice) {
            Fragment whole = new Fragment(new BitSet(), new BitSet(), false);
            for (Node option : choice.options()) {
                Fragment part = fragment(option);
                whole.first.or(part.first);
                whole.last.or(part.last);
                whole = new Fragment(whole.first, whole.last, whole.empty || part.empty);
            }
            return whole;
        }

        private static BitSet copy(BitSet set) {
            return (BitSet) set.clone();
        }
    }
}
