package io.openshell.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageCodecTest {

    static Stream<Frame> everyFrame() {
        return Stream.concat(
                MessageSamples.ofLauncher().stream().map(LauncherMessageCodec::encode),
                MessageSamples.ofSupervisor().stream().map(SupervisorMessageCodec::encode));
    }

    @Test
    void reads_back_what_a_launcher_writes() throws Exception {
        for (LauncherMessage message : MessageSamples.ofLauncher()) {
            LauncherMessage back = LauncherMessageCodec.decode(LauncherMessageCodec.encode(message));
            assertThat(back).usingRecursiveComparison().isEqualTo(message);
        }
    }

    @Test
    void reads_back_what_a_supervisor_writes() throws Exception {
        for (SupervisorMessage message : MessageSamples.ofSupervisor()) {
            assertThat(SupervisorMessageCodec.decode(SupervisorMessageCodec.encode(message)))
                    .isEqualTo(message);
        }
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void refuses_a_payload_that_is_cut_inside_a_field(Frame frame) {
        List<Integer> boundaries = boundaries(frame.payload());
        for (int length = 0; length < frame.payload().length; length++) {
            Frame cut = new Frame(frame.type(), Arrays.copyOf(frame.payload(), length), frame.descriptors());
            if (!boundaries.contains(length)) {
                assertRefused(cut);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void refuses_an_unknown_field_and_a_repeated_single_one(Frame frame) {
        assertRefused(with(frame, new FieldWriter().u32(9999, 1).toBytes()));
        List<Integer> boundaries = boundaries(frame.payload());
        if (boundaries.size() > 1) {
            assertRefused(with(frame, Arrays.copyOfRange(frame.payload(), 0, boundaries.get(1))));
        }
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void refuses_descriptors_that_the_type_does_not_have(Frame frame) {
        int wrong = frame.descriptors().size() == 2 ? 3 : 2;
        List<Integer> descriptors = new ArrayList<>();
        for (int i = 0; i < wrong; i++) {
            descriptors.add(1_000_000 + i);
        }
        assertRefused(new Frame(frame.type(), frame.payload(), descriptors));
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void refuses_a_number_of_another_length(Frame frame) {
        if (frame.payload().length == 0) {
            return;
        }
        byte[] first = Arrays.copyOfRange(frame.payload(), 0, 2);
        byte[] rest =
                Arrays.copyOfRange(frame.payload(), boundaries(frame.payload()).get(1), frame.payload().length);
        byte[] empty = {first[0], first[1], 0, 0, 0, 0};
        boolean firstIsText = frame.type() == 2 || frame.type() == 4;
        if (!firstIsText) {
            assertRefused(new Frame(frame.type(), join(empty, rest), frame.descriptors()));
        }
    }

    @Test
    void refuses_a_type_that_the_other_side_does_not_have() {
        for (int type : List.of(0, 2, 5, 15, 19, 100, 65_535)) {
            assertThatThrownBy(() -> LauncherMessageCodec.decode(new Frame(type, new byte[0], List.of())))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("type: " + type);
        }
        for (int type : List.of(0, 1, 3, 17, 18, 100, 65_535)) {
            assertThatThrownBy(() -> SupervisorMessageCodec.decode(new Frame(type, new byte[0], List.of())))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void refuses_a_connection_around_the_proxy_to_what_is_no_address_port_or_transport() {
        assertThatCode(bypassed(4, 65_535, "tcp")).doesNotThrowAnyException();
        assertThatCode(bypassed(16, 0, "other")).doesNotThrowAnyException();
        for (int length : List.of(0, 3, 5, 15, 17)) {
            assertThatCode(bypassed(length, 80, "tcp")).isInstanceOf(MalformedFrameException.class);
        }
        assertThatCode(bypassed(4, 65_536, "tcp")).isInstanceOf(MalformedFrameException.class);
        assertThatCode(bypassed(4, 80, "TCP")).isInstanceOf(MalformedFrameException.class);
    }

    private static ThrowableAssert.ThrowingCallable bypassed(int length, int port, String transport) {
        FieldWriter executable = new FieldWriter().text(1, "").u8(2, 0);
        for (int tag = 3; tag <= 7; tag++) {
            executable.u64(tag, 0);
        }
        Frame frame = new Frame(
                18,
                new FieldWriter()
                        .u32(1, 2)
                        .u64(2, 0)
                        .bytes(3, executable.toBytes())
                        .bytes(4, new byte[length])
                        .u32(5, port)
                        .text(6, transport)
                        .u32(7, 0));
        return () -> LauncherMessageCodec.decode(frame);
    }

    @Test
    void refuses_text_with_nul_both_ways() {
        assertThatThrownBy(() -> new FieldWriter().text(1, "a\0b")).isInstanceOf(IllegalArgumentException.class);
        Frame hello = new Frame(1, new FieldWriter().u32(1, 1).u32(2, 7).bytes(3, new byte[] {'6', 0, '1'}));
        assertRefused(hello);
    }

    @Test
    void refuses_to_write_text_that_is_not_unicode() {
        assertThatThrownBy(() -> new FieldWriter().text(1, "\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not Unicode");
    }

    @Test
    void refuses_a_ready_or_exe_without_its_descriptor() {
        for (LauncherMessage message : MessageSamples.ofLauncher()) {
            Frame frame = LauncherMessageCodec.encode(message);
            if (frame.type() == 3 || frame.type() == 14 || frame.type() == 22) {
                assertRefused(new Frame(frame.type(), frame.payload(), List.of()));
            }
        }
    }

    @Test
    void refuses_a_ready_sandbox_that_has_proven_nothing_or_failed_an_attempt() {
        FieldWriter ready = new FieldWriter().u32(1, 7).u32(2, 1).u32(3, 1).u8(12, 0);
        Frame without = new Frame(3, ready.u32(14, 1).toBytes(), List.of(1_000_000));
        assertThatThrownBy(() -> LauncherMessageCodec.decode(without))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("field 13: none");
        for (int outcome : List.of(0, 3, 255)) {
            byte[] attempt = new FieldWriter()
                    .text(1, "mount")
                    .text(2, "EPERM")
                    .text(3, "happened")
                    .u8(4, outcome)
                    .toBytes();
            assertThatThrownBy(() -> LauncherMessageCodec.decode(
                            with(without, new FieldWriter().bytes(13, attempt).toBytes())))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("field 4: " + outcome);
        }
    }

    @Property(tries = 2000)
    void any_bytes_are_a_message_or_malformed_but_nothing_else(
            @ForAll byte[] payload, @ForAll @IntRange(max = 24) int type) {
        assertThatCode(() -> decodeEither(new Frame(type, payload, List.of())))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure).isInstanceOf(MalformedFrameException.class));
    }

    @Property(tries = 2000)
    void a_changed_byte_is_a_message_or_malformed_but_nothing_else(
            @ForAll @IntRange(max = 20) int which, @ForAll int at, @ForAll byte value) {
        List<Frame> frames = everyFrame().toList();
        Frame frame = frames.get(which % frames.size());
        byte[] payload = frame.payload().clone();
        if (payload.length > 0) {
            payload[Math.floorMod(at, payload.length)] = value;
        }
        assertThatCode(() -> decodeEither(new Frame(frame.type(), payload, frame.descriptors())))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure).isInstanceOf(MalformedFrameException.class));
    }

    private static void assertRefused(Frame frame) {
        assertThatThrownBy(() -> decodeEither(frame)).isInstanceOf(MalformedFrameException.class);
    }

    private static void decodeEither(Frame frame) throws MalformedFrameException {
        if (List.of(2, 5, 9, 10, 11, 13, 15, 16, 20, 21).contains(frame.type())) {
            SupervisorMessageCodec.decode(frame);
        } else {
            LauncherMessageCodec.decode(frame);
        }
    }

    private static Frame with(Frame frame, byte[] field) {
        return new Frame(frame.type(), join(frame.payload(), field), frame.descriptors());
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Where each field begins, and the end. */
    private static List<Integer> boundaries(byte[] payload) {
        List<Integer> boundaries = new ArrayList<>(List.of(0));
        int at = 0;
        while (at < payload.length) {
            int length = ByteBuffer.wrap(payload, at + 2, 4).getInt();
            at += 6 + length;
            boundaries.add(at);
        }
        return boundaries;
    }
}
