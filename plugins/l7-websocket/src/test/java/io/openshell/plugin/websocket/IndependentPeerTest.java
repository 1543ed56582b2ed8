package io.openshell.plugin.websocket;

import static io.openshell.testkit.WebsocketFrame.COMPRESSED;
import static io.openshell.testkit.WebsocketFrame.CONTINUATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.cases.WebsocketCases;
import io.openshell.testkit.contract.StreamRun;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.BinaryFrame;
import org.java_websocket.framing.ContinuousFrame;
import org.java_websocket.framing.DataFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.TextFrame;

/** Generated traffic between two peers of a library that has nothing in common with the plugin. */
class IndependentPeerTest {

    /** What a client says: a message, in this many fragments, with pings between. */
    record Said(boolean text, String content, int fragments) {}

    @Provide
    Arbitrary<List<Said>> conversations() {
        Arbitrary<String> content = Arbitraries.strings().ofMaxLength(300).filter(IndependentPeerTest::encodable);
        Arbitrary<Said> said = Combinators.combine(
                        Arbitraries.of(true, true, false),
                        content,
                        Arbitraries.integers().between(1, 5))
                .as(Said::new);
        return said.list().ofMinSize(1).ofMaxSize(12);
    }

    private static boolean encodable(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    @Property(tries = 200)
    void what_one_peer_says_the_other_hears(@ForAll("conversations") List<Said> said, @ForAll long seed)
            throws InvalidDataException {
        Random random = new Random(seed);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (Said message : said) {
            for (Framedata frame : frames(message, random)) {
                wire.writeBytes(bytes(client().createBinaryFrame(frame)));
            }
        }
        StreamRun run = Streams.open(false);
        for (byte[] part : parts(wire.toByteArray(), random)) {
            run.client(part);
        }

        assertThat(run.reason()).isEmpty();
        assertThat(messages(run.toUpstream())).isEqualTo(messages(wire.toByteArray()));
    }

    private static Draft_6455 client() {
        Draft_6455 draft = new Draft_6455();
        draft.setParseMode(Role.CLIENT);
        return draft;
    }

    private static List<Framedata> frames(Said message, Random random) {
        byte[] content = message.content().getBytes(UTF_8);
        List<Framedata> frames = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < message.fragments(); i++) {
            boolean last = i == message.fragments() - 1;
            int to = last ? content.length : from + random.nextInt(content.length - from + 1);
            DataFrame frame = i > 0 ? new ContinuousFrame() : message.text() ? new TextFrame() : new BinaryFrame();
            frame.setFin(last);
            frame.setPayload(ByteBuffer.wrap(Arrays.copyOfRange(content, from, to)));
            frames.add(frame);
            if (random.nextInt(4) == 0) {
                frames.add(new PingFrame());
            }
            from = to;
        }
        return frames;
    }

    /** The messages and pings that the library reads, messages put together. */
    private static List<String> messages(byte[] wire) throws InvalidDataException {
        Draft_6455 server = new Draft_6455();
        server.setParseMode(Role.SERVER);
        List<String> heard = new ArrayList<>();
        List<String> pings = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        String kind = "";
        for (Framedata frame : server.translateFrame(ByteBuffer.wrap(wire))) {
            if (frame.getOpcode() == Opcode.PING) {
                pings.add("ping");
                continue;
            }
            kind = frame.getOpcode() == Opcode.CONTINUOUS
                    ? kind
                    : frame.getOpcode().toString();
            message.writeBytes(bytes(frame.getPayloadData()));
            if (frame.isFin()) {
                heard.add(kind + Arrays.toString(message.toByteArray()));
                message.reset();
            }
        }
        heard.addAll(pings);
        return heard;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static List<byte[]> parts(byte[] wire, Random random) {
        List<byte[]> parts = new ArrayList<>();
        for (int from = 0; from < wire.length; ) {
            int to = Math.min(wire.length, from + 1 + random.nextInt(random.nextBoolean() ? 5 : 200));
            parts.add(Arrays.copyOfRange(wire, from, to));
            from = to;
        }
        return parts;
    }

    @Property(tries = 200)
    void compressed_text_in_any_fragments_and_division_arrives(
            @ForAll("conversations") List<Said> said, @ForAll long seed) {
        Random random = new Random(seed);
        StreamRun run = Streams.open(true);
        for (Said message : said) {
            byte[] compressed = WebsocketCases.deflate(message.content().getBytes(UTF_8));
            List<WebsocketFrame> frames = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < message.fragments(); i++) {
                boolean last = i == message.fragments() - 1;
                int to = last ? compressed.length : from + random.nextInt(compressed.length - from + 1);
                frames.add(new WebsocketFrame(
                        last,
                        i == 0 ? COMPRESSED : 0,
                        i == 0 ? WebsocketFrame.TEXT : CONTINUATION,
                        Arrays.copyOfRange(compressed, from, to)));
                from = to;
            }
            for (WebsocketFrame frame : frames) {
                parts(frame.masked(random.nextInt()), random).forEach(run::client);
            }
        }

        assertThat(run.reason()).isEmpty();
        List<WebsocketFrame> heard = Streams.upstream(run);
        assertThat(heard).hasSize(said.size());
        for (int i = 0; i < heard.size(); i++) {
            boolean same = said.get(i).fragments() == 1;
            assertThat(heard.get(i).rsv()).isEqualTo(same ? COMPRESSED : 0);
            assertThat(same ? inflated(heard.get(i).payload()) : heard.get(i).asText())
                    .isEqualTo(said.get(i).content());
        }
    }

    /** By the JDK alone. */
    private static String inflated(byte[] payload) {
        Inflater inflater = new Inflater(true);
        inflater.setInput(WebsocketFrame.concat(payload, new byte[] {0, 0, -1, -1}));
        byte[] out = new byte[4096];
        try {
            return new String(out, 0, inflater.inflate(out), UTF_8);
        } catch (DataFormatException damaged) {
            throw new AssertionError(damaged);
        } finally {
            inflater.end();
        }
    }

    /** The validator agrees with the JDK's decoder on every sequence of bytes, in any division. */
    @Property(tries = 2000)
    void utf8_is_what_the_jdk_takes_for_it(@ForAll("nearlyText") byte[] bytes, @ForAll long seed) {
        boolean valid = new String(bytes, UTF_8).getBytes(UTF_8).length == bytes.length
                && Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
        Utf8Check check = new Utf8Check();
        boolean accepted = true;
        for (byte[] part : parts(bytes, new Random(seed))) {
            accepted = accepted && check.accepts(part, 0, part.length);
        }

        assertThat(accepted && check.complete()).isEqualTo(valid);
    }

    @Provide
    Arbitrary<byte[]> nearlyText() {
        Arbitrary<Byte> any = Arbitraries.bytes();
        Arbitrary<byte[]> noise = any.array(byte[].class).ofMaxSize(6);
        Arbitrary<byte[]> text = Arbitraries.strings().ofMaxLength(12).map(it -> it.getBytes(UTF_8));
        Arbitrary<byte[]> spoilt = Combinators.combine(
                        text, Arbitraries.integers().between(0, 40), any)
                .as((bytes, at, by) -> {
                    byte[] copy = bytes.clone();
                    if (at < copy.length) {
                        copy[at] = by;
                    }
                    return copy;
                });
        return Arbitraries.oneOf(noise, text, spoilt);
    }
}
