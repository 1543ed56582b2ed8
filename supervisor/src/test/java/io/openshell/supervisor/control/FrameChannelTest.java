package io.openshell.supervisor.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a real pair of sockets. */
final class FrameChannelTest {

    private NativeUnixSocket near;
    private NativeUnixSocket far;
    private FrameChannel channel;

    @BeforeEach
    void connect() throws Exception {
        List<NativeUnixSocket> pair = NativeUnixSocket.pair();
        near = pair.get(0);
        far = pair.get(1);
        channel = new FrameChannel(near);
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
    }

    @Test
    void carries_a_frame_with_its_descriptors() throws Exception {
        NativeDescriptor.Pipe pipe = NativeDescriptor.pipe();
        try (NativeDescriptor reader = pipe.reader();
                NativeDescriptor writer = pipe.writer()) {
            new FrameChannel(far).write(new Frame(7, new byte[] {1, 2, 3}, List.of(writer.number(), reader.number())));

            Frame frame = channel.read().orElseThrow();

            assertThat(frame.type()).isEqualTo(7);
            assertThat(frame.payload()).containsExactly(1, 2, 3);
            try (NativeDescriptor first =
                            new NativeDescriptor(frame.descriptors().get(0));
                    NativeDescriptor second =
                            new NativeDescriptor(frame.descriptors().get(1))) {
                first.write("hello".getBytes(UTF_8), 5);
                byte[] buffer = new byte[16];
                assertThat(new String(buffer, 0, second.read(buffer), UTF_8)).isEqualTo("hello");
            }
        }
    }

    @Test
    void received_descriptors_are_closed_on_exec() throws Exception {
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            new FrameChannel(far).write(new Frame(1, new byte[0], List.of(some.number())));
            Frame frame = channel.read().orElseThrow();
            try (NativeDescriptor received =
                    new NativeDescriptor(frame.descriptors().getFirst())) {
                String info = Files.readString(Path.of("/proc/self/fdinfo/" + received.number()));
                assertThat(info.lines()
                                .filter(line -> line.startsWith("flags:"))
                                .findFirst())
                        .hasValueSatisfying(flags -> assertThat(flags).containsPattern("2\\d{6}$|02\\d{6}$"));
            }
        }
    }

    @Test
    void reads_a_frame_that_comes_byte_by_byte() throws Exception {
        byte[] bytes = bytes(3, 300, 0, new byte[300]);
        Thread writer = Thread.ofVirtual().start(() -> {
            for (byte b : bytes) {
                send(new byte[] {b}, List.of());
            }
        });
        assertThat(channel.read().orElseThrow().payload()).hasSize(300);
        writer.join();
    }

    @Test
    void carries_the_largest_payload_and_refuses_a_larger_one() throws Exception {
        byte[] payload = new byte[Frame.MAX_PAYLOAD];
        new Random(1).nextBytes(payload);
        Thread writer = Thread.ofPlatform().start(() -> send(bytes(3, payload.length, 0, payload), List.of()));
        assertThat(channel.read().orElseThrow().payload()).isEqualTo(payload);
        writer.join();

        send(bytes(3, Frame.MAX_PAYLOAD + 1, 0, new byte[0]), List.of());
        assertThatThrownBy(() -> channel.read())
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("4194305 bytes");
        assertThatThrownBy(() -> new Frame(1, new byte[Frame.MAX_PAYLOAD + 1], List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_an_end_at_every_place_inside_a_frame() throws Exception {
        byte[] whole = bytes(3, 5, 0, new byte[5]);
        for (int length = 1; length < whole.length; length++) {
            List<NativeUnixSocket> pair = NativeUnixSocket.pair();
            try (NativeUnixSocket reading = pair.get(0)) {
                try (NativeUnixSocket writing = pair.get(1)) {
                    writing.send(Arrays.copyOf(whole, length), List.of());
                }
                assertThatThrownBy(() -> new FrameChannel(reading).read())
                        .isInstanceOf(MalformedFrameException.class)
                        .hasMessageContaining("ended after");
            }
        }
    }

    @Test
    void an_end_between_frames_is_the_end() throws Exception {
        send(bytes(3, 0, 0, new byte[0]), List.of());
        far.close();
        assertThat(channel.read()).isPresent();
        assertThat(channel.read()).isEmpty();
    }

    @Test
    void refuses_descriptors_that_the_header_does_not_announce_and_closes_them() throws Exception {
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            long before = openDescriptors();
            send(bytes(3, 0, 0, new byte[0]), List.of(some.number()));
            assertThatThrownBy(() -> channel.read()).hasMessageContaining("descriptors: 1 (expected: 0)");
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void refuses_announced_descriptors_that_do_not_come() {
        send(bytes(3, 0, 2, new byte[0]), List.of());
        assertThatThrownBy(() -> channel.read()).hasMessageContaining("descriptors: 0 (expected: 2)");
    }

    @Test
    void refuses_descriptors_in_the_middle_of_a_frame_and_closes_them() throws Exception {
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            long before = openDescriptors();
            byte[] whole = bytes(3, 4, 0, new byte[4]);
            send(Arrays.copyOf(whole, 8), List.of());
            send(Arrays.copyOfRange(whole, 8, 12), List.of(some.number()));
            assertThatThrownBy(() -> channel.read()).hasMessageContaining("inside a frame");
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void refuses_more_descriptors_than_any_frame_has_and_closes_them() throws Exception {
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            long before = openDescriptors();
            int number = some.number();
            send(bytes(3, 0, 4, new byte[0]), List.of(number, number, number, number));
            assertThatThrownBy(() -> channel.read()).isInstanceOf(Exception.class);
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void hanging_up_wakes_a_blocked_reader() throws Exception {
        Thread hangUp = Thread.ofPlatform().start(() -> {
            pause();
            channel.hangUp();
        });
        assertThat(channel.read()).isEmpty();
        hangUp.join();
    }

    private static byte[] bytes(int type, int length, int descriptors, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) descriptors)
                .put(payload)
                .array();
    }

    private void send(byte[] bytes, List<Integer> descriptors) {
        try {
            far.send(bytes, descriptors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
