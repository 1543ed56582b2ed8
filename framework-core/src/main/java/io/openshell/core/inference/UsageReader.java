package io.openshell.core.inference;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the counts of tokens in one JSON text, byte by byte, without keeping any of it: {@code usage} at the top, or in a
 * top-level {@code response} or {@code message}. It does not check the text: what is not JSON has no counts. Not
 * thread-safe.
 */
final class UsageReader {

    /** Deeper texts are not read: one bit for each level. */
    private static final int MAX_DEPTH = 63;

    private static final int LONGEST_KEY = 32;
    private static final int MAX_DIGITS = 15;

    private enum Key {
        OTHER,
        USAGE,
        /** What may have a usage in it. */
        AROUND_USAGE,
        INPUT,
        CACHE_WRITTEN,
        CACHE_READ,
        OUTPUT,
        TOTAL,
        /** What its string holds was generated. */
        TEXT
    }

    private static final Map<String, Key> NAMES = Map.ofEntries(
            Map.entry("usage", Key.USAGE),
            Map.entry("response", Key.AROUND_USAGE),
            Map.entry("message", Key.AROUND_USAGE),
            Map.entry("prompt_tokens", Key.INPUT),
            Map.entry("input_tokens", Key.INPUT),
            Map.entry("cache_creation_input_tokens", Key.CACHE_WRITTEN),
            Map.entry("cache_read_input_tokens", Key.CACHE_READ),
            Map.entry("completion_tokens", Key.OUTPUT),
            Map.entry("output_tokens", Key.OUTPUT),
            Map.entry("total_tokens", Key.TOTAL),
            Map.entry("content", Key.TEXT),
            Map.entry("text", Key.TEXT),
            Map.entry("delta", Key.TEXT),
            Map.entry("arguments", Key.TEXT),
            Map.entry("thinking", Key.TEXT),
            Map.entry("partial_json", Key.TEXT),
            Map.entry("reasoning", Key.TEXT),
            Map.entry("reasoning_content", Key.TEXT));

    private static final Set<Key> COUNTS =
            EnumSet.of(Key.INPUT, Key.CACHE_WRITTEN, Key.CACHE_READ, Key.OUTPUT, Key.TOTAL);

    /** What was found. */
    private final Map<Key, Long> counts = new EnumMap<>(Key.class);

    private long textBytes;

    private final byte[] keyBytes = new byte[LONGEST_KEY];
    private final Key[] keys = new Key[4];
    private int depth;
    private long objects;
    private boolean lost;
    private boolean inString;
    private boolean escaped;
    private boolean inKey;
    private boolean keyNext;
    private int keyLength;
    private Key last = Key.OTHER;
    private @Nullable Key counting;
    private int digits;
    private long number;

    /** Begins another text; what was found stays. */
    void restart() {
        depth = 0;
        objects = 0;
        lost = false;
        inString = false;
        keyNext = false;
        counting = null;
        last = Key.OTHER;
    }

    void accept(byte octet) {
        if (lost) {
            return;
        }
        if (inString) {
            string(octet);
            return;
        }
        switch (octet) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '}', ']' -> close();
            case ',' -> {
                count();
                keyNext = inObject();
            }
            case ':' -> colon();
            case '"' -> {
                inString = true;
                inKey = keyNext && inObject();
                keyLength = 0;
            }
            default -> digit(octet);
        }
    }

    long input() {
        return count(Key.INPUT) + count(Key.CACHE_WRITTEN) + count(Key.CACHE_READ);
    }

    boolean inputSeen() {
        return counts.containsKey(Key.INPUT);
    }

    long output() {
        return counts.containsKey(Key.OUTPUT) ? count(Key.OUTPUT) : Math.max(0, count(Key.TOTAL) - input());
    }

    boolean outputSeen() {
        return counts.containsKey(Key.OUTPUT) || (counts.containsKey(Key.TOTAL) && inputSeen());
    }

    /** Bytes of generated text, as far as it stands under the usual keys. */
    long textBytes() {
        return textBytes;
    }

    private void string(byte octet) {
        if (escaped) {
            escaped = false;
        } else if (octet == '\\') {
            escaped = true;
        } else if (octet == '"') {
            inString = false;
            if (inKey) {
                last = key();
            }
            return;
        }
        if (!inKey) {
            textBytes += last == Key.TEXT ? 1 : 0;
        } else if (keyLength <= LONGEST_KEY) {
            if (keyLength < LONGEST_KEY) {
                keyBytes[keyLength] = octet;
            }
            keyLength++;
        }
    }

    private Key key() {
        return keyLength > LONGEST_KEY
                ? Key.OTHER
                : NAMES.getOrDefault(new String(keyBytes, 0, keyLength, StandardCharsets.ISO_8859_1), Key.OTHER);
    }

    private void colon() {
        keyNext = false;
        if (depth < keys.length) {
            keys[depth] = last;
        }
        counting = COUNTS.contains(last) && inUsage() ? last : null;
        digits = 0;
        number = 0;
    }

    private boolean inUsage() {
        return (depth == 2 && keys[1] == Key.USAGE)
                || (depth == 3 && keys[1] == Key.AROUND_USAGE && keys[2] == Key.USAGE);
    }

    private void open(boolean object) {
        counting = null;
        if (depth == MAX_DEPTH) {
            lost = true;
            return;
        }
        depth++;
        objects = object ? objects | (1L << depth) : objects & ~(1L << depth);
        keyNext = object;
        if (!object && depth < keys.length) {
            keys[depth] = Key.OTHER;
        }
    }

    private void close() {
        count();
        depth--;
        keyNext = false;
        lost = depth < 0;
        last = Key.OTHER;
    }

    private boolean inObject() {
        return (objects & (1L << depth)) != 0;
    }

    private void digit(byte octet) {
        if (counting == null) {
            return;
        }
        if (octet >= '0' && octet <= '9' && digits < MAX_DIGITS) {
            number = 10 * number + (octet - '0');
            digits++;
        } else if (octet > ' ') {
            counting = null;
        }
    }

    /** Counts only rise while an answer goes on. */
    private void count() {
        if (counting != null && digits > 0) {
            counts.merge(counting, number, Math::max);
        }
        counting = null;
    }

    private long count(Key key) {
        return counts.getOrDefault(key, 0L);
    }
}
