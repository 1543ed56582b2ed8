package io.openshell.proxy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.RawClient;
import io.openshell.testkit.Reply;
import io.openshell.testkit.cases.HttpCase;
import io.openshell.testkit.cases.HttpCase.Way;
import io.openshell.testkit.cases.HttpCases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What hostile clients send: through CONNECT with TLS, CONNECT plain and absolute-form, in any division. */
class ClientCasesTest {

    /** Longer ones are not sent byte by byte: nothing in their length is about boundaries. */
    private static final int LONGEST_DIVIDED = 1200;

    /** Cases whose parsers keep state across reads: those are split at every single boundary. */
    private static final Set<String> SPLIT_EVERYWHERE = Set.of(
            "what is decided on is what is sent",
            "encoded parent segment",
            "LF alone after a field",
            "a folded line",
            "a length and chunks",
            "a denied request behind an allowed one",
            "a request behind a chunked body",
            "LF alone after a chunk size",
            "Authorization as a trailer",
            "Host of another host in a tunnel",
            "an upgrade to h2c");

    private static CaseLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new CaseLab(request -> Reply.ok("hello"));
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @BeforeEach
    void forget() {
        lab.forget();
    }

    static Stream<Arguments> cases() {
        return HttpCases.ofClients().stream()
                .flatMap(it -> it.ways().stream().sorted().map(way -> Arguments.of(it, way)));
    }

    static Stream<Arguments> divided() {
        return cases().filter(it -> ((HttpCase) it.get()[0]).text().length() <= LONGEST_DIVIDED);
    }

    static Stream<Arguments> splitEverywhere() {
        return cases().filter(it -> SPLIT_EVERYWHERE.contains(((HttpCase) it.get()[0]).what()));
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("cases")
    void in_one_piece(HttpCase it, Way way) throws Exception {
        check(it, way, RawClient::send);
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("divided")
    void byte_by_byte(HttpCase it, Way way) throws Exception {
        check(it, way, RawClient::sendBytewise);
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("splitEverywhere")
    @Tag("slow")
    void split_at_every_byte(HttpCase it, Way way) throws Exception {
        int length = it.textFor(way).length();
        for (int at = 1; at < length; at++) {
            int boundary = at;
            lab.forget();
            check(it, way, (client, bytes) -> client.sendSplit(bytes, boundary, Duration.ofMillis(1)));
        }
    }

    @Test
    void every_case_has_a_name_of_its_own_and_those_to_be_split_exist() {
        List<String> names = HttpCases.ofClients().stream().map(HttpCase::what).toList();
        assertThat(names).doesNotHaveDuplicates().containsAll(SPLIT_EVERYWHERE);
    }

    /** How bytes are divided. */
    @FunctionalInterface
    private interface Division {
        void send(RawClient client, byte[] bytes) throws IOException;
    }

    private static void check(HttpCase it, Way way, Division division) throws Exception {
        try (RawClient client = lab.open(way, it.host())) {
            division.send(client, it.textFor(way).getBytes(StandardCharsets.ISO_8859_1));
            if (it.ends()) {
                client.finish();
            }
            assertThat(answers(client, it, way)).as("%s (%s): answers", it, way).isEqualTo(it.statusesFor(way));
            if (way == Way.FORWARD || !it.statuses().stream().allMatch(status -> status == 200)) {
                assertThat(client.readToEnd())
                        .as("%s (%s): after the last answer", it, way)
                        .isEmpty();
            }
        } catch (IOException failed) {
            throw new AssertionError(it + " (" + way + "): " + failed, failed);
        }
        checkUpstream(it, way);
    }

    private static void checkUpstream(HttpCase it, Way way) throws InterruptedException {
        if (it.truncated()) {
            Thread.sleep(20); // what was on its way to the upstream has arrived
        }
        assertThat(lab.requestLines()).as("%s (%s): requests upstream", it, way).isEqualTo(it.reachesFor(way));
        String received = lab.received();
        if (it.reaches().isEmpty() && !it.truncated()) {
            assertThat(received).as("%s (%s): bytes upstream", it, way).isEmpty();
        }
        assertThat(it.never()).as("%s (%s): bytes upstream", it, way).noneMatch(received::contains);
    }

    private static List<Integer> answers(RawClient client, HttpCase it, Way way) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        while (statuses.size() < it.statusesFor(way).size()) {
            statuses.add(client.readResponse(it.method()).status());
        }
        return statuses;
    }
}
