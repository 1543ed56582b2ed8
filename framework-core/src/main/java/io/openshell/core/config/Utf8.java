package io.openshell.core.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Strict decoding of a configuration file's bytes. */
public final class Utf8 {

    private Utf8() {}

    /** The text, or a problem at the first byte that is not UTF-8, or where there are more bytes than are read. */
    public static Optional<String> decode(byte[] bytes, ConfigProblems problems) {
        if (bytes.length > YamlReader.MAX_BYTES) {
            problems.add(Position.START, "", "too large (expected: at most " + YamlReader.MAX_BYTES + " bytes)");
            return Optional.empty();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        String decoded = text.flip().toString();
        if (result.isError()) {
            problems.add(end(decoded), "", "not UTF-8 (expected: a text in UTF-8)");
            return Optional.empty();
        }
        return Optional.of(decoded);
    }

    private static Position end(String text) {
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        String last = text.substring(text.lastIndexOf('\n') + 1);
        return new Position(line, 1 + last.codePointCount(0, last.length()));
    }
}
