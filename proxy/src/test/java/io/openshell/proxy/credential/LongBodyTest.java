package io.openshell.proxy.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.ArrivingBody;
import io.openshell.core.credential.Credentials;
import io.openshell.core.credential.MarkerScan;
import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.credential.CredentialLab.Route;
import io.openshell.testkit.RawClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
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

    @ParameterizedTest
    @EnumSource(names = {"PLAIN_INSPECTED", "TLS_INSPECTED"})
    void a_body_that_expands_is_not_searched_at_once(Route route) throws Exception {
        byte[] expanded = expanding();
        byte[] body = gzip(expanded);
        long atOnce = shortest(() -> timeOf(() -> {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                byte[] all = in.readAllBytes();
                return MarkerScan.finds(all, 0, all.length);
            }
        }));
        try (CredentialLab lab = new CredentialLab(route, "")) {
            String head = lab.head(
                    "POST", "api.test", "/", "Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n");
            long longest = shortest(() -> ProxyFixture.longestTurn(() -> {
                try (RawClient client = lab.client("api.test")) {
                    assertThat(client.send(head.getBytes(StandardCharsets.US_ASCII))
                                    .send(body)
                                    .readResponse("POST")
                                    .status())
                            .isEqualTo(200);
                }
                return lab;
            }));
            assertThat(lab.upstream.requests().getLast().body()).isEqualTo(body);
            assertThat(longest).isLessThan(atOnce / 8);
        }
    }

    /** As much as a body may expand, almost. */
    private static byte[] expanding() {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        while (text.length() < 32 << 20) {
            text.append(Long.toHexString(random.nextLong())).append("0".repeat(1200));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
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
