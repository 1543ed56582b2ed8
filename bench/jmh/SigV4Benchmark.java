package io.openshell.plugin.sigv4;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** Signing a request of S3: all of it, what deriving the key is of that, and what a body of 1 MiB adds, hashed at once or as it arrived. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SigV4Benchmark {

    private static final Map<String, String> KEYS = Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static final Vault VAULT = key -> Optional.ofNullable(KEYS.get(key))
            .map(value -> Secret.owning(value.getBytes(StandardCharsets.UTF_8)));

    private CredentialRewriter signer;
    private RequestPart.Whole get;
    private RequestPart.Whole put;
    private RequestPart.Whole hashed;

    @Setup
    public void prepare() {
        SigV4Options options = new SigV4Options("sigv4", "s3", null, null, null, null);
        signer = ((Compilation.Compiled<CredentialRewriter>) new SigV4Factory(InstantSource.system()).create(options))
                .value();
        get = request("GET", ByteBuffer.allocate(0));
        put = request("PUT", ByteBuffer.allocate(1 << 20));
        hashed = new RequestPart.Whole(
                "PUT", put.scheme(), put.host(), put.port(), put.target(), FIELDS, put.body(), Optional.of("0".repeat(64)));
    }

    private static RequestPart.Whole request(String method, ByteBuffer body) {
        return new RequestPart.Whole(
                method, "https", "bucket.s3.eu-central-1.amazonaws.com", 443, "/some/key.txt?versionId=3", FIELDS, body);
    }

    @Benchmark
    public Rewrite request() {
        return signer.rewrite(get, VAULT);
    }

    @Benchmark
    public byte[] keyAndSignature() {
        try (Secret secret = VAULT.resolve("AWS_SECRET_ACCESS_KEY").orElseThrow()) {
            return new io.openshell.plugin.sigv4.Scope("20261125T000000Z", "eu-central-1", "s3").sign(secret, "text");
        }
    }

    @Benchmark
    public Rewrite requestWithBody() {
        return signer.rewrite(put, VAULT);
    }

    @Benchmark
    public Rewrite requestWithBodyThatWasHashed() {
        return signer.rewrite(hashed, VAULT);
    }

    private static final Headers FIELDS = new Headers() {

        private final Map<String, String> fields = Map.of(
                "accept", "*/*", "content-type", "text/plain", "x-amz-acl", "private", "user-agent", "aws-cli/2");

        @Override
        public Optional<String> first(String name) {
            return Optional.ofNullable(fields.get(name));
        }

        @Override
        public List<String> all(String name) {
            return first(name).stream().toList();
        }

        @Override
        public Set<String> names() {
            return fields.keySet();
        }
    };
}
