package io.openshell.core.decide;

import static io.openshell.core.decide.Rules.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.network.NetworkIndex;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The goal of the design: a decision in 10 microseconds with 1,000 endpoints. */
@Tag("slow")
class DecisionSpeedTest {

    private static final int ROUNDS = 200_000;

    private final NetworkIndex network = network();

    /** Allocates nothing, so that what is measured is the decision's own. */
    private static final class OneVerdict implements RequestInspector {

        private final Verdict verdict = new Verdict.Allowed("rules[0]");

        @Override
        public BodyNeed bodyNeed(Request head) {
            return BodyNeed.NONE;
        }

        @Override
        public Verdict inspect(Request request) {
            return verdict;
        }
    }

    private static NetworkIndex network() {
        Rules rules = new Rules();
        for (int i = 0; i < 1_000; i++) {
            String host = i % 4 == 0 ? "*.host" + i + ".example.com" : "api.host" + i + ".example.com";
            rules.rule(
                    "rule" + i,
                    List.of("/usr/bin/curl", "/usr/lib/**"),
                    endpoint(host).rest(new OneVerdict()));
        }
        return rules.index();
    }

    private static ConnectionFacts facts(int i) {
        return new ConnectionFacts(
                "api.host" + i % 1_000 + ".example.com",
                443,
                "/usr/bin/curl",
                List.of("/bin/sh", "/sbin/init"),
                List.of());
    }

    private static long p99(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length * 99 / 100];
    }

    @Test
    void connections_are_decided_in_microseconds() {
        ConnectionFacts[] facts = new ConnectionFacts[1_000];
        Arrays.setAll(facts, DecisionSpeedTest::facts);
        long[] nanos = new long[ROUNDS];
        long allowed = 0;
        for (int round = 0; round < 2; round++) { // the first round warms up
            for (int i = 0; i < ROUNDS; i++) {
                long start = System.nanoTime();
                ConnectionDecision decision = Decisions.connection(network, facts[i % 1_000]);
                nanos[i] = System.nanoTime() - start;
                allowed += decision instanceof ConnectionDecision.Allowed ? 1 : 0;
            }
        }
        assertThat(allowed).isEqualTo(2L * ROUNDS);
        assertThat(p99(nanos)).as("nanoseconds at the 99th percentile").isLessThan(10_000);
    }

    @Test
    void requests_are_decided_in_microseconds_and_allocate_their_result_only() {
        ConnectionFacts facts = facts(1);
        EndpointSet endpoints = ((ConnectionDecision.Allowed) Decisions.connection(network, facts)).endpoints();
        PlannedRequest request = PlannedRequest.of(facts, "GET", "/v1/items/7", Map.of());
        long[] nanos = new long[ROUNDS];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 2; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                long start = System.nanoTime();
                RequestDecision decision = Decisions.request(endpoints, request);
                nanos[i] = System.nanoTime() - start;
                requireAllowed(decision);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(p99(nanos)).as("nanoseconds at the 99th percentile").isLessThan(10_000);
        assertThat(allocated / ROUNDS).as("bytes a decision").isLessThan(300);
    }

    private static void requireAllowed(RequestDecision decision) {
        if (!(decision instanceof RequestDecision.Allowed)) {
            throw new AssertionError(decision);
        }
    }
}
