package io.openshell.proxy.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.ArrivingBody;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.credential.CredentialLab.Route;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a request's body costs is paid a little at a time: the event loop serves others between. */
@Tag("slow")
class LongBodyTest {

    private static final int ROUNDS = 8;

    @ParameterizedTest
    @EnumSource(names = {"PLAIN_INSPECTED", "TLS_INSPECTED"})
    void a_body_that_is_signed_is_not_gone_through_at_once(Route route) throws Exception {
        byte[] body = "0123456789abcdef".repeat((10 << 20) / 16).getBytes(StandardCharsets.US_ASCII);
        String text = new String(body, StandardCharsets.US_ASCII);
        long atOnce = shortest(() -> timeOf(() -> {
            ArrivingBody arriving = new ArrivingBody();
            arriving.take(ByteBuffer.wrap(body));
            return arriving.sha256();
        }));
        try (CredentialLab lab = new CredentialLab(route, ", credential_signing: seal, seal: hash")) {
            lab.proxy
                    .credentials()
                    .replace(Credentials.of(
                            List.of(CredentialLab.credential("SEAL", "wax", "api.test", "api.test:80"))));
            long longest = shortest(() -> ProxyFixture.longestTurn(
                    () -> lab.sent("POST", "/", "Content-Length: " + body.length + "\r\n", text)));
            assertThat(longest).as("to send it is not to go through it").isLessThan(atOnce * 3 / 4);
        }
    }

    private static long timeOf(Callable<?> work) throws Exception {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long begun = clock.getCurrentThreadCpuTime();
        work.call();
        return clock.getCurrentThreadCpuTime() - begun;
    }

    /** The shortest of some: compiled by then. */
    private static long shortest(Callable<Long> time) throws Exception {
        long shortest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            shortest = Math.min(shortest, time.call());
        }
        return shortest;
    }
}
