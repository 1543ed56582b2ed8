package io.openshell.core.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What credentials cost a request: the search of a head of 600 bytes, one placeholder's replacement, 64 KiB of a body, and of one that is signed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InjectionBenchmark {

    private static final String BEARER = "Bearer openshell:resolve:env:v1_GITHUB_TOKEN";

    private byte[] head;
    private byte[] body;
    private CredentialStore store;

    @Setup
    public void prepare() {
        head = ("GET /repos/octocat/hello/issues?state=open&per_page=100 HTTP/1.1\r\nHost: api.github.com\r\n"
                        + "User-Agent: node-fetch/3.3 (linux; x64)\r\nAccept: application/vnd.github+json\r\n"
                        + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\n"
                        + "X-Request-Id: 6f1c2b0e-8d0a-4a55-9a53-0d3a86b1f0f4\r\nIf-None-Match: W/\"" + "a1b2c3".repeat(12)
                        + "\"\r\nCookie: session=" + "Zm9vYmFy".repeat(20) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        body = "{\"role\":\"user\",\"content\":\"please open the shell and look\"},".repeat(1100)
                .getBytes(StandardCharsets.US_ASCII);
        store = CredentialStore.of(Credentials.of(List.of(Credential.owning(
                "GITHUB_TOKEN",
                "ghp_0123456789abcdefghijABCDEFGHIJ012345".getBytes(StandardCharsets.US_ASCII),
                List.of(CredentialBinding.parse("api.github.com")),
                Optional.empty()))));
    }

    @Benchmark
    public boolean searchHead() {
        return MarkerScan.finds(head, 0, head.length);
    }

    @Benchmark
    public String pieceOfSignedBody() {
        ArrivingBody arriving = new ArrivingBody();
        arriving.take(ByteBuffer.wrap(body));
        return arriving.sha256();
    }

    @Benchmark
    public boolean searchBody() {
        return MarkerScan.finds(body, 0, body.length);
    }

    @Benchmark
    public int replaceBearer() {
        Rewriting rewriting =
                store.boundTo("api.github.com", 443).forRequest("/repos", true).header("authorization", BEARER);
        try (var value = ((Rewriting.Changed) rewriting).value()) {
            return value.length();
        }
    }
}
