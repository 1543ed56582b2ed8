package io.openshell.plugin.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Documents, each read once while it is remembered: programs send the same few again and again. What could not be read is
 * remembered too. Bounded by the characters of the documents. Any thread.
 */
final class Documents {

    /** All remembered documents together, in characters. */
    static final int MAX_REMEMBERED = 2 * 1024 * 1024;

    private final DocumentReader reader;
    private final Cache<String, Reading> readings = Caffeine.newBuilder()
            .maximumWeight(MAX_REMEMBERED)
            .weigher((String document, Reading reading) -> document.length() + 64)
            // A plugin starts no threads: the cache is tidied by whoever uses it.
            .executor(Runnable::run)
            .build();

    Documents(DocumentReader reader) {
        this.reader = reader;
    }

    private sealed interface Reading {
        record Read(ParsedDocument document) implements Reading {}

        record Unreadable(UnreadableException problem) implements Reading {}
    }

    /** @throws UnreadableException as {@link DocumentReader#read} */
    ParsedDocument read(String text) throws UnreadableException {
        Reading reading = readings.getIfPresent(text);
        if (reading == null) {
            reading = readNow(text);
            readings.put(text, reading);
        }
        return switch (reading) {
            case Reading.Read read -> read.document();
            case Reading.Unreadable unreadable -> throw unreadable.problem();
        };
    }

    private Reading readNow(String text) {
        try {
            return new Reading.Read(reader.read(text));
        } catch (UnreadableException problem) {
            return new Reading.Unreadable(problem);
        }
    }
}
