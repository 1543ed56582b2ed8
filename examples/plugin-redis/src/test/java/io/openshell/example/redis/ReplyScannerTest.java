package io.openshell.example.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReplyScannerTest {

    @Property(tries = 500)
    void finds_the_end_of_every_reply_in_whatever_pieces_they_come(
            @ForAll("replies") List<String> replies, @ForAll("sizes") List<Integer> sizes) {
        byte[] bytes = Resp.bytes(String.join("", replies));
        List<Integer> ends = new ArrayList<>();
        ReplyScanner scanner = new ReplyScanner();
        int from = 0;
        for (int i = 0; from < bytes.length; i++) {
            int length = Math.min(sizes.get(i % sizes.size()), bytes.length - from);
            ByteBuffer piece = ByteBuffer.wrap(bytes, from, length);
            while (piece.hasRemaining()) {
                if (scanner.scan(piece) == ReplyScanner.Position.REPLY_ENDED) {
                    ends.add(piece.position());
                }
            }
            from += length;
        }

        List<Integer> expected = new ArrayList<>();
        int end = 0;
        for (String reply : replies) {
            end += Resp.bytes(reply).length;
            expected.add(end);
        }
        assertThat(ends).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 12).list().ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<String>> replies() {
        return value(3).list().ofMinSize(1).ofMaxSize(5);
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> leaf = Arbitraries.oneOf(
                Arbitraries.of(
                        "+OK\r\n", "-ERR x\r\n", ":-12\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "$-1\r\n", "*-1\r\n"),
                Arbitraries.of("$0\r\n\r\n", "*0\r\n", "%0\r\n", "~0\r\n", "=5\r\ntxt:a\r\n"),
                Arbitraries.strings()
                        .ascii()
                        .ofMaxLength(20)
                        .map(text -> "$" + text.length() + "\r\n" + text + "\r\n"));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<List<String>> several = value(depth - 1).list().ofMaxSize(3);
        return Arbitraries.oneOf(
                leaf,
                several.map(values -> "*" + values.size() + "\r\n" + String.join("", values)),
                several.map(values -> "~" + values.size() + "\r\n" + String.join("", values)),
                several.map(values -> "%" + values.size() + "\r\n"
                        + String.join(
                                "",
                                values.stream().map(value -> "+k\r\n" + value).toList())),
                value(depth - 1).map(value -> "|1\r\n+ttl\r\n:1\r\n" + value));
    }
}
