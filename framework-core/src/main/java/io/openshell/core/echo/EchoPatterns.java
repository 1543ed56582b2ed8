package io.openshell.core.echo;

import io.openshell.core.credential.BoundCredentials;
import io.openshell.core.credential.Credentials;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to look for: a set of secrets in all forms, compiled for searching by the method of Wu and Manber ("A fast algorithm
 * for multi-pattern searching", 1994). The search looks at the last three bytes of a window as long as the shortest
 * pattern, and goes on by as much as no pattern's beginning can have these three bytes nearer to its end.
 *
 * <p>Any thread. Prints without secrets. Closing overwrites the patterns as soon as no scanner uses them any more.
 */
public final class EchoPatterns implements AutoCloseable {

    /** Shorter secrets are not looked for: too much that is none would be taken for them. In bytes. */
    public static final int SHORTEST_SECRET = 8;

    /** What of a pattern's beginning moves the search, in bytes. */
    private static final int LONGEST_WINDOW = 64;

    private static final int BLOCK = 3;
    private static final int HASH_BITS = 13;
    private static final int MIX = 0x9E3779B1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final EchoPattern[] patterns;
    private final int longest;
    private final int window;
    private final byte[] shifts;
    private final short[] chains;
    private final short[] nextInChain;
    private final boolean[] firstBytes = new boolean[256];
    private int users;
    private boolean closed;

    private EchoPatterns(List<EchoPattern> patterns) {
        if (patterns.size() > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "secrets: too many forms to look for (expected: at most " + Short.MAX_VALUE + ")");
        }
        this.patterns = patterns.toArray(EchoPattern[]::new);
        int entries = isEmpty() ? 0 : 1 << HASH_BITS;
        this.shifts = new byte[entries];
        this.chains = new short[entries];
        this.nextInChain = new short[this.patterns.length];
        int shortest = LONGEST_WINDOW;
        int most = 0;
        for (EchoPattern pattern : this.patterns) {
            shortest = Math.min(shortest, pattern.length());
            most = Math.max(most, pattern.length());
        }
        this.window = shortest;
        this.longest = most;
        index();
    }

    /** The keys of those that are not looked for, because they are shorter than {@link #SHORTEST_SECRET}. */
    public static Set<String> tooShort(Credentials credentials) {
        Set<String> keys = new TreeSet<>();
        credentials.all().stream()
                .filter(credential -> credential.length() < SHORTEST_SECRET)
                .forEach(credential -> keys.add(credential.key()));
        return keys;
    }

    /** Starts a set. */
    public static Builder builder() {
        return new Builder();
    }

    /** All that may go to one destination, of every revision that is kept. */
    public static EchoPatterns of(BoundCredentials credentials) {
        Builder builder = builder();
        for (BoundCredentials.BoundSecret secret : credentials.secrets()) {
            try (secret) {
                secret.value().reveal(bytes -> builder.add(secret.key(), bytes));
            }
        }
        return builder.build();
    }

    /** Collects secrets. For one thread. */
    public static final class Builder {

        private final List<EchoPattern> patterns = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a secret; one that is shorter than {@link #SHORTEST_SECRET} is left out.
         *
         * @param key its name; several secrets may have the same
         * @param secret copied
         */
        public Builder add(String key, byte[] secret) {
            if (secret.length >= SHORTEST_SECRET) {
                patterns.addAll(SecretForms.of(key, secret));
            }
            return this;
        }

        /** Compiles. */
        public EchoPatterns build() {
            return new EchoPatterns(patterns);
        }
    }

    /** Whether there is nothing to look for. */
    public boolean isEmpty() {
        return patterns.length == 0;
    }

    /** The longest pattern, in bytes. */
    int longest() {
        return longest;
    }

    EchoPattern pattern(int index) {
        return patterns[index];
    }

    /** Takes what is found. */
    @FunctionalInterface
    interface Found {

        /** A pattern stands from {@code start} to before {@code end}. */
        void at(int start, int end, EchoPattern pattern);
    }

    /** Finds every place where a pattern stands whole. */
    void search(byte[] text, int from, int to, Found found) {
        int last = isEmpty() ? to : from + window - 1;
        while (last < to) {
            int hash = hash((int) INT.get(text, last - BLOCK) >>> Byte.SIZE);
            int shift = shifts[hash];
            if (shift == 0) {
                verify(text, last - window + 1, to, hash, found);
                shift = 1;
            }
            last += shift;
        }
    }

    private void verify(byte[] text, int at, int to, int hash, Found found) {
        for (int i = chains[hash]; i >= 0; i = nextInChain[i]) {
            EchoPattern pattern = patterns[i];
            if (pattern.standsAt(text, at, to)) {
                found.at(at, at + pattern.length(), pattern);
            }
        }
    }

    /** The first place from which on the text is the beginning of a pattern that goes on behind its end; else the end. */
    int openFrom(byte[] text, int from, int to) {
        for (int at = Math.max(from, to - longest + 1); at < to; at++) {
            if (firstBytes[text[at] & 0xff]) {
                for (EchoPattern pattern : patterns) {
                    if (pattern.beginsAt(text, at, to)) {
                        return at;
                    }
                }
            }
        }
        return to;
    }

    private void index() {
        Arrays.fill(shifts, (byte) Math.max(1, window - BLOCK + 1));
        Arrays.fill(chains, (short) -1);
        for (int i = 0; i < patterns.length; i++) {
            EchoPattern pattern = patterns[i];
            firstBytes[pattern.at(0) & 0xff] = true;
            for (int end = BLOCK - 1; end < window; end++) {
                int hash = hash(block(pattern, end));
                shifts[hash] = (byte) Math.min(shifts[hash], window - 1 - end);
            }
            int hash = hash(block(pattern, window - 1));
            nextInChain[i] = chains[hash];
            chains[hash] = (short) i;
            pattern.cover();
        }
    }

    /** The three bytes that end at a place. */
    private static int block(EchoPattern pattern, int end) {
        return (pattern.at(end - 2) & 0xff) | (pattern.at(end - 1) & 0xff) << 8 | (pattern.at(end) & 0xff) << 16;
    }

    private static int hash(int block) {
        return (block * MIX) >>> (Integer.SIZE - HASH_BITS);
    }

    /** Begins a search. False once closed: then nothing would be found. */
    synchronized boolean use() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    /** Ends a search. */
    synchronized void leave() {
        users--;
        wipe();
    }

    /** Overwrites the patterns, at once or when the last scanner is closed. No scanner begins with them any more. */
    @Override
    public synchronized void close() {
        closed = true;
        wipe();
    }

    private void wipe() {
        if (closed && users == 0) {
            for (EchoPattern pattern : patterns) {
                pattern.wipe();
            }
        }
    }

    @Override
    public String toString() {
        return "EchoPatterns[" + patterns.length + " redacted]";
    }
}
