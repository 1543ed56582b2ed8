package io.openshell.plugin.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.cases.WebsocketCase;
import io.openshell.testkit.cases.WebsocketCases;
import io.openshell.testkit.contract.StreamRun;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of RFC 6455 sections 5 and 7 and RFC 7692 for a client's frames: whole, in two pieces, and byte by byte. */
class FrameCasesTest {

    private static final int EACH_BYTE = 300;
    private static final int SOME_PLACES = 12;

    static List<WebsocketCase> cases() {
        return WebsocketCases.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whole(WebsocketCase it) {
        check(it, Streams.open(it.deflate()).client(it.bytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void in_two_pieces(WebsocketCase it) {
        int length = it.bytes().length;
        IntStream places = length <= EACH_BYTE
                ? IntStream.rangeClosed(0, length)
                : IntStream.concat(IntStream.rangeClosed(0, 20), new Random(1).ints(SOME_PLACES, 0, length + 1));
        places.forEach(at -> check(
                it,
                Streams.open(it.deflate())
                        .client(Arrays.copyOf(it.bytes(), at))
                        .client(Arrays.copyOfRange(it.bytes(), at, length))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void byte_by_byte(WebsocketCase it) {
        StreamRun run = Streams.open(it.deflate());
        for (byte b : it.bytes()) {
            run.client(b);
        }
        check(it, run);
    }

    private static void check(WebsocketCase it, StreamRun run) {
        List<WebsocketFrame> upstream = Streams.upstream(run);
        assertThat(run.open()).as("open").isEqualTo(it.code() == 0);
        if (it.code() == 0) {
            assertThat(upstream).isEqualTo(it.passed());
            assertThat(run.toClient()).isEmpty();
        } else {
            assertThat(upstream.subList(0, upstream.size() - 1)).isEqualTo(it.passed());
            assertThat(upstream.getLast().closeCode()).isEqualTo(it.code());
            assertThat(Streams.client(run))
                    .singleElement()
                    .satisfies(last -> assertThat(last.closeCode()).isEqualTo(it.code()));
            assertThat(run.reason()).isNotBlank();
            assertThat(run.judge().subjects()).endsWith("WEBSOCKET_FRAME");
        }
        run.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void what_is_not_changed_is_the_same_bytes(WebsocketCase it) {
        boolean same = it.code() == 0 && it.bytes().length == wireLength(it.passed());
        if (same && it.bytes().length > 1) {
            int middle = it.bytes().length / 2;
            StreamRun run = Streams.open(it.deflate())
                    .client(Arrays.copyOf(it.bytes(), middle))
                    .client(Arrays.copyOfRange(it.bytes(), middle, it.bytes().length));
            assertThat(run.toUpstream()).isEqualTo(it.bytes());
        }
    }

    private static int wireLength(List<WebsocketFrame> frames) {
        return frames.stream().mapToInt(frame -> frame.masked().length).sum();
    }

    static List<WebsocketCase> afterClose() {
        return WebsocketCases.afterClose();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("afterClose")
    void nothing_is_sent_after_a_close_frame(WebsocketCase it) {
        StreamRun run = Streams.open(false).client(it.bytes());

        assertThat(Streams.upstream(run)).isEqualTo(it.passed());
        assertThat(run.open()).isFalse();
        assertThat(Streams.client(run).getLast().closeCode()).isEqualTo(it.code());
    }

    @Test
    void there_are_enough_cases_for_every_group_of_the_autobahn_suite() {
        for (String group : List.of("1", "2", "3", "4", "5", "6", "7", "9", "12", "13")) {
            assertThat(cases()).anyMatch(it -> it.group().startsWith(group + "."));
        }
        assertThat(cases()).hasSizeGreaterThan(200);
        assertThat(cases()).extracting(WebsocketCase::what).doesNotHaveDuplicates();
    }
}
