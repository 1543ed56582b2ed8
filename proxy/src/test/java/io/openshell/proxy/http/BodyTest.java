package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {

    /** What a reader made of some bytes. */
    private record Read(String data, BodyReader.Step last, String rest) {}

    private static Read read(BodyReader reader, ByteBuf in) {
        StringBuilder data = new StringBuilder();
        while (true) {
            BodyReader.Step step = reader.read(in);
            if (step != BodyReader.Step.DATA) {
                return new Read(data.toString(), step, Wire.text(in));
            }
            ByteBuf slice = reader.data();
            data.append(Wire.text(slice));
            slice.release();
        }
    }

    /** Copies what is written, and releases it as a channel would. */
    private static Consumer<ByteBuf> into(ByteBuf wire) {
        return written -> {
            wire.writeBytes(written);
            written.release();
        };
    }

    private static Read chunked(String text) {
        return read(BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE), Wire.buffer(text));
    }

    @Test
    void a_body_of_a_length_ends_there_and_what_follows_stays() {
        Read read = read(BodyReader.ofRequest(new BodyFraming.Length(3)), Wire.buffer("abcGET /"));
        assertThat(read).isEqualTo(new Read("abc", BodyReader.Step.END, "GET /"));
    }

    @Test
    void no_body_takes_nothing() {
        Read read = read(BodyReader.ofRequest(BodyFraming.None.INSTANCE), Wire.buffer("GET /"));
        assertThat(read).isEqualTo(new Read("", BodyReader.Step.END, "GET /"));
    }

    @Test
    void an_unframed_body_ends_with_the_input() {
        BodyReader reader = BodyReader.ofResponse(BodyFraming.UntilClose.INSTANCE);
        assertThat(read(reader, Wire.buffer("abc"))).isEqualTo(new Read("abc", BodyReader.Step.MORE, ""));
        assertThat(reader.endOfInput()).isEqualTo(BodyReader.Step.END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                "0003\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                "5;name=value\r\nabcde\r\n0\r\n\r\n",
                "5;a=\"q;\\\" \";b\r\nabcde\r\n0;last\r\n\r\n",
                "5\r\nabcde\r\n0\r\nX-Sum: 1\r\nServer-Timing: x\r\n\r\n"
            })
    void chunks_are_joined_and_extensions_and_trailers_dropped_in_any_division(String text) {
        assertThat(chunked(text + "next")).isEqualTo(new Read("abcde", BodyReader.Step.END, "next"));
        BodyReader bytewise = BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE);
        StringBuilder data = new StringBuilder();
        BodyReader.Step last = BodyReader.Step.MORE;
        for (int i = 0; i < text.length(); i++) {
            assertThat(last).isEqualTo(BodyReader.Step.MORE);
            Read read = read(bytewise, Wire.buffer(text.substring(i, i + 1)));
            data.append(read.data());
            last = read.last();
        }
        assertThat(data).hasToString("abcde");
        assertThat(last).isEqualTo(BodyReader.Step.END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "-1\r\n",
                "+5\r\nabcde\r\n",
                "0x5\r\nabcde\r\n",
                " 5\r\nabcde\r\n",
                "5 \r\nabcde\r\n",
                "5\t;x\r\nabcde\r\n",
                "\r\n",
                ";x\r\n",
                "5\nabcde\r\n",
                "5\rabcde\r\n",
                "5;x\nabcde\r\n",
                "5;x\0\r\nabcde\r\n",
                "5;x=\"\r\n\"\r\nabcde\r\n",
                "5\r\nabcdef\r\n0\r\n\r\n",
                "5\r\nabcde\n0\r\n\r\n",
                "5\r\nabcde0\r\n\r\n",
                "5\r\nabcde\r\r\n",
                "10000000000000000\r\n",
                "8000000000000000\r\n",
                "ffffffffffffffff\r\n",
                "00000000000000005\r\nabcde\r\n",
                "0\r\nNoColon\r\n\r\n",
                "0\r\n folded\r\n\r\n",
                "0\r\nX : y\r\n\r\n",
                "0\r\nX: y\n\r\n",
                "0\r\n\n",
                "0\r\nX: a\0b\r\n\r\n",
                "0\r\nHost: evil\r\n\r\n",
                "0\r\nauthorization: x\r\n\r\n",
                "0\r\nX: y\r\nContent-Length: 5\r\n\r\n",
                "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "0\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n",
                "0\r\nX_Forwarded_For: 127.0.0.1\r\n\r\n",
                "0\r\nCookie: a\r\n\r\n"
            })
    void broken_chunks_are_refused_in_any_division(String text) {
        assertThat(chunked(text + "more").last()).isEqualTo(BodyReader.Step.MALFORMED);
        for (int at = 1; at < text.length(); at++) {
            BodyReader reader = BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE);
            read(reader, Wire.buffer(text.substring(0, at)));
            assertThat(read(reader, Wire.buffer(text.substring(at))).last()).isEqualTo(BodyReader.Step.MALFORMED);
            assertThat(reader.problem().rule()).startsWith("RFC 91");
        }
    }

    @Test
    void an_input_that_ends_early_is_malformed() {
        for (String begun : List.of("", "5", "5\r\n", "5\r\nabc", "5\r\nabcde", "0\r\n", "0\r\nX: y\r\n")) {
            BodyReader reader = BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE);
            read(reader, Wire.buffer(begun));
            assertThat(reader.endOfInput()).isEqualTo(BodyReader.Step.MALFORMED);
        }
        BodyReader counted = BodyReader.ofResponse(new BodyFraming.Length(5));
        read(counted, Wire.buffer("abc"));
        assertThat(counted.endOfInput()).isEqualTo(BodyReader.Step.MALFORMED);
        assertThat(counted.problem().status()).isEqualTo(502);
    }

    @Test
    void extensions_are_bounded_by_line_and_over_the_body() {
        assertThat(chunked("5;" + "x".repeat(ProxyLimits.CHUNK_LINE)).last()).isEqualTo(BodyReader.Step.MALFORMED);
        String flood = ("1;" + "x".repeat(500) + "\r\na\r\n").repeat(40);
        assertThat(chunked(flood).last()).isEqualTo(BodyReader.Step.MALFORMED);
        String small = "1\r\na\r\n".repeat(100_000);
        assertThat(chunked(small).last()).isEqualTo(BodyReader.Step.MORE);
    }

    @Test
    void trailers_are_bounded() {
        String endless = "0\r\n" + "X: y\r\n".repeat(ProxyLimits.TRAILERS / 6 + 1);
        assertThat(chunked(endless).last()).isEqualTo(BodyReader.Step.MALFORMED);
        String many = "0\r\n" + "a:\r\n".repeat(ProxyLimits.FIELDS + 1) + "\r\n";
        assertThat(chunked(many).last()).isEqualTo(BodyReader.Step.MALFORMED);
    }

    @Property(tries = 300)
    void what_the_writer_frames_the_reader_reads_back(
            @ForAll @Size(max = 20) List<@IntRange(max = 5000) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 700) int step) {
        BodyWriter writer = new BodyWriter(BodyFraming.Chunked.INSTANCE);
        ByteBuf wire = Unpooled.buffer();
        StringBuilder sent = new StringBuilder();
        for (int size : sizes) {
            String data = "x\r\n0\r\n\r\n".repeat(size / 8 + 1).substring(0, size);
            sent.append(data);
            writer.write(Wire.buffer(data), UnpooledByteBufAllocator.DEFAULT, into(wire));
        }
        writer.end(into(wire));
        BodyReader reader = BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE);
        StringBuilder received = new StringBuilder();
        BodyReader.Step last = BodyReader.Step.MORE;
        while (wire.isReadable()) {
            Read read = read(reader, wire.readSlice(Math.min(step, wire.readableBytes())));
            received.append(read.data());
            last = read.last();
        }
        assertThat(received).hasToString(sent.toString());
        assertThat(last).isEqualTo(BodyReader.Step.END);
    }

    @Test
    void a_writer_refuses_more_and_less_than_announced() {
        ByteBuf wire = Unpooled.buffer();
        BodyWriter writer = new BodyWriter(new BodyFraming.Length(3));
        writer.write(Wire.buffer("ab"), UnpooledByteBufAllocator.DEFAULT, into(wire));
        assertThatThrownBy(() -> writer.end(into(wire))).isInstanceOf(IllegalStateException.class);
        ByteBuf tooMuch = Wire.buffer("cd");
        assertThatThrownBy(() -> writer.write(tooMuch, UnpooledByteBufAllocator.DEFAULT, into(wire)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(tooMuch.refCnt()).isZero();
        assertThat(Wire.text(wire)).isEqualTo("ab");
        BodyWriter nothing = new BodyWriter(BodyFraming.None.INSTANCE);
        assertThatThrownBy(() -> nothing.write(Wire.buffer("x"), UnpooledByteBufAllocator.DEFAULT, into(wire)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_slice_keeps_the_input_alive_and_releases_it() {
        ByteBuf in = Wire.buffer("3\r\nabc\r\n0\r\n\r\n");
        BodyReader reader = BodyReader.ofRequest(BodyFraming.Chunked.INSTANCE);
        assertThat(reader.read(in)).isEqualTo(BodyReader.Step.DATA);
        ByteBuf slice = reader.data();
        assertThatThrownBy(reader::data).isInstanceOf(IllegalStateException.class);
        in.release();
        assertThat(Wire.text(slice)).isEqualTo("abc");
        slice.release();
        assertThat(in.refCnt()).isZero();
    }
}
