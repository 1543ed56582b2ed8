package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.openshell.core.credential.CredentialRefusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compressed is searched as its receiver reads it, in any division. */
class EncodedSearchTest {

    private static final String MARKED =
            "openshell, ".repeat(300) + "key=openshell:resolve:env:v1_TOKEN" + "!".repeat(500);
    private static final String INNOCENT = "openshell:resolve:en ".repeat(300);

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of("gzip", (Form) EncodedSearchTest::gzip),
                Arguments.of("X-Gzip, identity", (Form) EncodedSearchTest::gzip),
                Arguments.of("gzip", (Form) EncodedSearchTest::inMembers),
                Arguments.of("gzip", (Form) EncodedSearchTest::withEveryHeadField),
                Arguments.of("deflate", (Form) text -> deflated(text, false)),
                Arguments.of("deflate", (Form) text -> deflated(text, true)),
                Arguments.of("aws-chunked", (Form) text -> inFrames(text.getBytes(StandardCharsets.UTF_8))),
                Arguments.of("gzip, aws-chunked", (Form) text -> inFrames(gzip(text))),
                Arguments.of("aws-chunked,gzip", (Form) text -> inFrames(inMembers(text))),
                Arguments.of("aws-chunked, deflate", (Form) text -> inFrames(deflated(text, true))));
    }

    /** How a text is compressed. */
    @FunctionalInterface
    interface Form {
        byte[] of(String text) throws IOException;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void a_marker_is_found_in_whatever_pieces_it_comes(String coding, Form form) throws IOException {
        byte[] bytes = form.of(MARKED);
        for (int at = 1; at < bytes.length; at++) {
            assertThat(search(coding, bytes, at)).as("split at %d", at).isEqualTo(CredentialRefusal.inBody());
        }
        assertThat(bytewise(coding, bytes)).isEqualTo(CredentialRefusal.inBody());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void what_holds_none_passes_in_whatever_pieces(String coding, Form form) throws IOException {
        byte[] bytes = form.of(INNOCENT);
        for (int at = 1; at < bytes.length; at++) {
            assertThat(search(coding, bytes, at)).as("split at %d", at).isNull();
        }
        assertThat(bytewise(coding, bytes)).isNull();
    }

    @Test
    void a_large_body_of_little_redundancy_passes() throws IOException {
        StringBuilder lines = new StringBuilder();
        Random random = new Random(7);
        while (lines.length() < 8 << 20) {
            lines.append("have ").append(Long.toHexString(random.nextLong())).append('\n');
        }
        assertThat(search("gzip", gzip(lines.toString()), 70_000)).isNull();
    }

    @Test
    void what_expands_too_far_is_refused_and_a_little_is_free() throws IOException {
        assertThat(search("gzip", gzip("0".repeat((int) EncodedSearch.FREE_BYTES)), 9))
                .isNull();
        CredentialRefusal bomb = search("gzip", gzip("0".repeat(64 << 20)), 9);
        assertThat(bomb).isNotNull();
        assertThat(bomb.kind()).isEqualTo(CredentialRefusal.Kind.UNSEARCHABLE);
        assertThat(bomb.reason()).contains("expands");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "gzip;q=1"})
    void an_encoding_that_is_not_understood_is_refused_before_a_byte(String coding) {
        try (EncodedSearch search = EncodedSearch.of(List.of(coding), List.of())) {
            assertThat(search).isNotNull();
            CredentialRefusal unknown = search.unknown();
            assertThat(unknown).isNotNull();
            assertThat(unknown.reason()).doesNotContain(coding);
            search.take(Unpooled.wrappedBuffer(new byte[1]));
            assertThat(search.advance(turns())).isEqualTo(unknown);
        }
        assertThat(EncodedSearch.of(List.of("", "Identity"), List.of("UNSIGNED-PAYLOAD")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
    void frames_are_known_by_what_is_signed_too(String payload) throws IOException {
        byte[] bytes = inFrames(MARKED.getBytes(StandardCharsets.UTF_8));
        try (EncodedSearch search = Objects.requireNonNull(EncodedSearch.of(List.of(), List.of(payload)))) {
            search.take(Unpooled.wrappedBuffer(bytes));
            assertThat(search.advance(turns())).isEqualTo(CredentialRefusal.inBody());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\r\n",
                "0;chunk-signature=0123456789abcdef\r\n\r\n",
                "00A;chunk-signature=0\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:sOO8/Q==\r\n\r\n",
                "a\r\n0123456789\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\n\r\nx-amz-trailer-signature:0\r\n\r\n",
                "a\r\n0123456789\r\n0\r\n",
                "a\r\n01234",
            })
    void frames_as_clients_make_them_pass(String body) {
        assertThat(bytewise("aws-chunked", body.getBytes(StandardCharsets.US_ASCII)))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain text",
                "\r\n",
                ";x\r\n",
                " a\r\n0123456789\r\n",
                "0xa\r\n0123456789\r\n",
                "-1\r\n",
                "1000000000000000\r\n",
                "a\n0123456789\r\n",
                "a\rx",
                "a; x\r\n0123456789\r\n",
                "a\r\n0123456789x\r\n",
                "a\r\n0123456789\n",
                "0\r\n\r\na\r\n0123456789\r\n",
                "0\r\n\r\na;chunk-signature=x:y\r\n0123456789\r\n",
            })
    void frames_that_can_be_read_in_two_ways_are_refused(String body) {
        CredentialRefusal refusal = bytewise("aws-chunked", body.getBytes(StandardCharsets.US_ASCII));
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).isEqualTo(CredentialRefusal.Kind.UNSEARCHABLE);
    }

    @Test
    void what_a_frame_says_of_itself_is_bounded() {
        for (String endless : List.of("1;" + "x".repeat(AwsChunks.LINE_BYTES + 1), "0\r\n" + "a:b\r\n".repeat(4000))) {
            assertThat(bytewise("aws-chunked", endless.getBytes(StandardCharsets.US_ASCII)))
                    .isNotNull();
        }
    }

    static Stream<Arguments> large() throws IOException {
        Random random = new Random(11);
        StringBuilder expanding = new StringBuilder();
        while (expanding.length() < 16 << 20) {
            expanding.append(Long.toHexString(random.nextLong())).append("0".repeat(1200));
        }
        byte[] member = gzip("");
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            members.writeBytes(member);
        }
        return Stream.of(
                Arguments.of("gzip", gzip(expanding.toString()), expanding.length()),
                Arguments.of("gzip", members.toByteArray(), 10_000 * 512),
                Arguments.of("aws-chunked", inFrames(new byte[8 << 20]), 8 << 20));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("large")
    void a_turn_looks_through_so_much_and_no_more(String coding, byte[] bytes, int costs) {
        try (Turns turns = new Turns(coding)) {
            ByteBuf data = Unpooled.wrappedBuffer(bytes);
            assertThat(turns.search(data)).isNull();
            assertThat(data.readerIndex()).isZero();
            assertThat(turns.count).isGreaterThanOrEqualTo(costs / SearchTurns.TURN_BYTES);
        }
    }

    @Test
    void the_bodies_of_one_loop_share_its_turns_in_the_order_of_asking() {
        EmbeddedChannel channel = new EmbeddedChannel();
        SearchTurns turns = new SearchTurns(channel.eventLoop());
        List<String> order = new ArrayList<>();
        turns.spend(SearchTurns.TURN_BYTES);
        assertThat(turns.mayGoOn()).isFalse();
        for (String name : List.of("first", "second")) {
            SearchTurns.Waiting waiting = new SearchTurns.Waiting() {
                @Override
                public void nextTurn() {
                    order.add(name);
                    turns.spend(SearchTurns.TURN_BYTES / 2 + 1);
                    if (order.size() < 5) {
                        turns.later(this);
                    }
                }
            };
            turns.later(waiting);
            turns.later(waiting);
        }
        channel.runScheduledPendingTasks();
        assertThat(order).containsExactly("first", "second");
        channel.runScheduledPendingTasks();
        channel.runScheduledPendingTasks();
        assertThat(order).containsExactly("first", "second", "first", "second", "first", "second");
        channel.finishAndReleaseAll();
    }

    @Test
    void what_is_not_what_it_says_is_refused() throws IOException {
        List<byte[]> broken = new ArrayList<>();
        broken.add("plain text".getBytes(StandardCharsets.UTF_8));
        byte[] reserved = gzip(INNOCENT);
        reserved[3] = (byte) 0x20;
        broken.add(reserved);
        byte[] body = gzip(INNOCENT);
        body[10] = (byte) 0xff;
        broken.add(body);
        broken.add(joined(gzip(INNOCENT), MARKED.getBytes(StandardCharsets.UTF_8)));
        for (byte[] bytes : broken) {
            CredentialRefusal refusal = search("gzip", bytes, 1);
            assertThat(refusal).isNotNull();
            assertThat(refusal.kind()).isEqualTo(CredentialRefusal.Kind.UNSEARCHABLE);
        }
        assertThat(search("deflate", joined(deflated("x", false), new byte[1]), 1))
                .isNotNull();
        Deflater dictionary = new Deflater();
        dictionary.setDictionary(MARKED.getBytes(StandardCharsets.UTF_8));
        assertThat(search("deflate", deflated(MARKED, dictionary), 1)).isNotNull();
    }

    private static @Nullable CredentialRefusal search(String coding, byte[] bytes, int at) {
        try (Turns turns = new Turns(coding)) {
            CredentialRefusal first = turns.search(Unpooled.wrappedBuffer(bytes, 0, at));
            ByteBuf rest = Unpooled.wrappedBuffer(bytes, at, bytes.length - at);
            CredentialRefusal refusal = first != null ? first : turns.search(rest);
            assertThat(rest.readerIndex()).isZero();
            return refusal;
        }
    }

    private static @Nullable CredentialRefusal bytewise(String coding, byte[] bytes) {
        try (Turns turns = new Turns(coding)) {
            CredentialRefusal refusal = null;
            for (int i = 0; i < bytes.length && refusal == null; i++) {
                refusal = turns.search(Unpooled.wrappedBuffer(bytes, i, 1));
            }
            return refusal;
        }
    }

    private static SearchTurns turns() {
        return new SearchTurns(new EmbeddedChannel().eventLoop());
    }

    /** A search in as many turns of an event loop as it takes. */
    private static final class Turns implements SearchTurns.Waiting, AutoCloseable {

        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final SearchTurns turns = new SearchTurns(channel.eventLoop());
        private final EncodedSearch search;
        private @Nullable CredentialRefusal refusal;
        private int count;

        private Turns(String coding) {
            search = Objects.requireNonNull(EncodedSearch.of(List.of(coding), List.of()));
        }

        private @Nullable CredentialRefusal search(ByteBuf data) {
            search.take(data);
            nextTurn();
            while (refusal == null && search.rests()) {
                turns.later(this);
                channel.runScheduledPendingTasks();
            }
            return refusal;
        }

        @Override
        public void nextTurn() {
            count++;
            refusal = search.advance(turns);
        }

        @Override
        public void close() {
            search.close();
            channel.finishAndReleaseAll();
        }
    }

    /** Frames of 1,000 bytes, the first of which ends within the marker. */
    private static byte[] inFrames(byte[] data) {
        int marker = new String(data, StandardCharsets.ISO_8859_1).indexOf("resolve:env");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < data.length) {
            int length = Math.min(at == 0 && marker > 0 ? marker + 3 : 1000, data.length - at);
            out.writeBytes(
                    (Integer.toHexString(length) + ";chunk-signature=0123\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(data, at, length);
            out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            at += length;
        }
        out.writeBytes("0;chunk-signature=4567\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Members whose boundary lies within the marker. */
    private static byte[] inMembers(String text) throws IOException {
        int half = text.length() / 2;
        int marker = text.indexOf("resolve");
        int at = marker < 0 ? half : marker + 3;
        return joined(gzip(text.substring(0, at)), gzip(text.substring(at)));
    }

    private static byte[] withEveryHeadField(String text) throws IOException {
        byte[] plain = gzip(text);
        plain[3] = 0x1f;
        byte[] fields = {3, 0, 1, 2, 3, 'n', 0, 'c', 'd', 0, 7, 8};
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(plain, 0, 10);
        bytes.write(fields);
        bytes.write(plain, 10, plain.length - 10);
        return bytes.toByteArray();
    }

    private static byte[] deflated(String text, boolean raw) throws IOException {
        return deflated(text, new Deflater(Deflater.DEFAULT_COMPRESSION, raw));
    }

    private static byte[] deflated(String text, Deflater deflater) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }
}
