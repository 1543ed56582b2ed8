package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies take over one after the other while requests are under way: each is decided by one of them, and by the one that its event names. */
class ReloadUnderLoadTest {

    private static final int RELOADS = 10_000;
    private static final int CLIENTS = 3;

    /** Generations with an odd number allow the one, the others the other. */
    private static final List<String> ALLOWED = List.of("even", "odd");

    private static final Pattern PATH = Pattern.compile("/(even|odd)/\\d+");
    private static final Pattern GENERATION = Pattern.compile("\"policy_generation\":\"?(\\d+)");

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void every_request_is_decided_by_the_generation_that_its_event_names() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withPolicies(policy(1)).host("api.test", 80, upstream.address());
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> work = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(i -> clients.submit(() -> askUntilOver(proxy)))
                    .toList();
            for (int generation = 2; generation <= RELOADS + 1; generation++) {
                proxy.usePolicies(policy(generation));
            }
            over.set(true);
            for (Future<?> each : work) {
                each.get();
            }

            List<String> decisions = proxy.jsonEvents().stream()
                    .filter(event -> event.contains("\"class_uid\":4002"))
                    .toList();
            assertThat(decisions).hasSizeGreaterThan(100).allSatisfy(ReloadUnderLoadTest::isOfItsGeneration);
            List<String> allowed = decisions.stream()
                    .filter(event -> event.contains("\"Allowed\""))
                    .map(ReloadUnderLoadTest::path)
                    .toList();
            assertThat(allowed).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(answered.get());
            assertThat(upstream.requests())
                    .allSatisfy(request ->
                            assertThat(allowed).contains(request.line().split(" ")[1]));
        }
    }

    private static void isOfItsGeneration(String event) {
        Matcher generation = GENERATION.matcher(event);
        assertThat(generation.find()).as(event).isTrue();
        int number = Integer.parseInt(generation.group(1));
        boolean fits = path(event).startsWith("/" + ALLOWED.get(number % 2) + "/");
        assertThat(event.contains("\"Allowed\"")).as(event).isEqualTo(fits);
    }

    private static String path(String event) {
        Matcher path = PATH.matcher(event);
        assertThat(path.find()).as(event).isTrue();
        return path.group();
    }

    private Void askUntilOver(ProxyFixture proxy) throws IOException {
        while (!over.get()) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                boolean allowed = true;
                while (allowed && !over.get()) {
                    int number = numbers.incrementAndGet();
                    String path = "/" + ALLOWED.get(number % 2) + "/" + number;
                    client.send("GET " + path + " HTTP/1.1\r\nHost: api.test\r\n\r\n");
                    int status = client.readResponse().status();
                    assertThat(status).isIn(200, 403);
                    allowed = status == 200;
                    if (allowed) {
                        answered.incrementAndGet();
                    }
                }
            }
        }
        return null;
    }

    private static String policy(int generation) {
        return ProxyFixture.onePolicy("host: api.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /"
                + ALLOWED.get(generation % 2) + "]");
    }
}
