package io.openshell.plugin.websocket;

import static io.openshell.testkit.WebsocketFrame.BINARY;
import static io.openshell.testkit.WebsocketFrame.TEXT;
import static io.openshell.testkit.WebsocketFrame.close;
import static io.openshell.testkit.WebsocketFrame.concat;
import static io.openshell.testkit.WebsocketFrame.frame;
import static io.openshell.testkit.WebsocketFrame.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.cases.WebsocketServerCases;
import io.openshell.testkit.contract.RecordingJudge;
import io.openshell.testkit.contract.StreamRun;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server sends: passed, checked where compression was agreed upon, and never broken into by a frame of our own. */
class ServerFramesTest {

    private static final byte[] HELLO = text("Hello").unmasked();

    static List<byte[]> right() {
        return WebsocketServerCases.right();
    }

    @ParameterizedTest
    @MethodSource("right")
    void right_frames_pass_as_the_same_bytes_in_any_division(byte[] bytes) {
        for (boolean deflate : new boolean[] {false, true}) {
            assertThat(Streams.open(deflate).upstream(bytes).toClient()).isEqualTo(bytes);
            for (int at = 0; at <= Math.min(bytes.length, 400); at++) {
                StreamRun run = Streams.open(deflate)
                        .upstream(Arrays.copyOf(bytes, at))
                        .upstream(Arrays.copyOfRange(bytes, at, bytes.length));
                assertThat(run.toClient()).isEqualTo(bytes);
                assertThat(run.open()).isTrue();
            }
        }
    }

    static List<byte[]> wrong() {
        return WebsocketServerCases.wrong();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrong_frames_end_a_compressed_connection_and_do_not_reach_the_client(byte[] bytes) {
        for (int at = 0; at <= bytes.length; at++) {
            StreamRun run = Streams.open(true)
                    .upstream(HELLO)
                    .upstream(Arrays.copyOf(bytes, at))
                    .upstream(Arrays.copyOfRange(bytes, at, bytes.length));

            assertThat(run.open()).isFalse();
            List<WebsocketFrame> client = Streams.client(run);
            assertThat(client.getFirst().asText()).isEqualTo("Hello");
            assertThat(client.getLast().closeCode()).isEqualTo(1002);
            assertThat(Streams.upstream(run))
                    .singleElement()
                    .satisfies(last -> assertThat(last.closeCode()).isEqualTo(1002));
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void without_compression_whatever_a_server_sends_passes(byte[] bytes) {
        StreamRun run = Streams.open(false).upstream(bytes).upstream(HELLO);

        assertThat(run.toClient()).isEqualTo(concat(bytes, HELLO));
        assertThat(run.open()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void a_connection_that_got_lost_gets_no_frame_of_our_own(byte[] bytes) {
        StreamRun run = Streams.open(false).upstream(bytes).client((byte) 0xFF);

        assertThat(run.open()).isFalse();
        assertThat(run.toClient()).isEqualTo(bytes);
    }

    @Test
    void a_frame_of_our_own_is_never_put_into_another() {
        byte[] frame = concat(HELLO, frame(BINARY, new byte[200]).unmasked());
        for (boolean deflate : new boolean[] {false, true}) {
            for (int at = 0; at <= frame.length; at++) {
                StreamRun run =
                        Streams.open(deflate).upstream(Arrays.copyOf(frame, at)).client((byte) 0xFF);
                boolean boundary = at == 0 || at == HELLO.length || at == frame.length;
                boolean headHeld = deflate && at > HELLO.length && at < HELLO.length + 4;
                int begun = deflate && at == 1 ? 0 : at;
                if (boundary || headHeld || begun == 0) {
                    assertThat(Streams.client(run).getLast().closeCode()).isEqualTo(1002);
                } else {
                    assertThat(run.toClient()).as("after %d bytes", at).isEqualTo(Arrays.copyOf(frame, at));
                }
            }
        }
    }

    @Test
    void nothing_is_sent_to_the_client_after_the_servers_close_frame() {
        byte[] close = close(1000, "").unmasked();
        StreamRun run = Streams.open(false)
                .upstream(close)
                .client(frame(TEXT, (byte) 0xFF).masked());

        assertThat(run.toClient()).isEqualTo(close);
        assertThat(Streams.upstream(run).getLast().closeCode()).isEqualTo(1007);
    }

    @Test
    void a_replaced_policy_is_said_to_both_sides() {
        var stream = Streams.stream(false, Streams.ALL, RecordingJudge.enforcing());
        var last = stream.policyReplaced();

        assertThat(last.onward()).hasSize(1);
        assertThat(last.back()).hasSize(1);
        assertThat(WebsocketFrame.read(last.onward().getFirst().array()))
                .singleElement()
                .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1012));
        assertThat(WebsocketFrame.read(last.back().getFirst().array()))
                .singleElement()
                .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1012));
    }
}
