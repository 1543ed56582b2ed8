package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.openshell.core.credential.CredentialRefusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
                Arguments.of("deflate", (Form) text -> deflated(text, true)));
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
        try (EncodedSearch search = EncodedSearch.of(List.of(coding))) {
            assertThat(search).isNotNull();
            CredentialRefusal unknown = search.unknown();
            assertThat(unknown).isNotNull();
            assertThat(unknown.reason()).doesNotContain(coding);
            assertThat(search.take(Unpooled.wrappedBuffer(new byte[1]))).isEqualTo(unknown);
        }
        assertThat(EncodedSearch.of(List.of("", "Identity, aws-chunked"))).isNull();
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
        EncodedSearch opened = EncodedSearch.of(List.of(coding));
        assertThat(opened).isNotNull();
        try (EncodedSearch search = opened) {
            CredentialRefusal first = search.take(Unpooled.wrappedBuffer(bytes, 0, at));
            ByteBuf rest = Unpooled.wrappedBuffer(bytes, at, bytes.length - at);
            CredentialRefusal refusal = first != null ? first : search.take(rest);
            assertThat(rest.readerIndex()).isZero();
            return refusal;
        }
    }

    private static @Nullable CredentialRefusal bytewise(String coding, byte[] bytes) {
        EncodedSearch opened = EncodedSearch.of(List.of(coding));
        assertThat(opened).isNotNull();
        try (EncodedSearch search = opened) {
            CredentialRefusal refusal = null;
            for (int i = 0; i < bytes.length && refusal == null; i++) {
                refusal = search.take(Unpooled.wrappedBuffer(bytes, i, 1));
            }
            return refusal;
        }
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
