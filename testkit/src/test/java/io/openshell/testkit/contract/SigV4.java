package io.openshell.testkit.contract;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS signature version 4 as a credential rewriter: proof that the interface carries a scheme that signs. */
final class SigV4 implements CredentialRewriterFactory<SigV4.Options> {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final int MAX_BODY = 10 << 20;

    private final InstantSource clock;

    SigV4(InstantSource clock) {
        this.clock = clock;
    }

    record Options(String service, String region) {}

    @Override
    public String name() {
        return "sigv4";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<CredentialRewriter> create(Options options) {
        List<Problem> problems = new ArrayList<>();
        if (options.service().isBlank()) {
            problems.add(new Problem("service", "blank (expected: a service's name, as in s3)"));
        }
        return Compilation.of(new Signer(options, clock), problems, List.of());
    }

    private record Signer(Options options, InstantSource clock) implements CredentialRewriter {

        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

        @Override
        public Set<String> ownFields() {
            return Set.of("authorization", "x-amz-date", "x-amz-security-token");
        }

        @Override
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return new BodyNeed.Whole(MAX_BODY);
        }

        @Override
        public Rewrite rewrite(RequestPart part, Vault vault) {
            if (!(part instanceof RequestPart.Whole request)) {
                return new Rewrite.Untouched();
            }
            Optional<Secret> id = vault.resolve("AWS_ACCESS_KEY_ID");
            Optional<Secret> key = vault.resolve("AWS_SECRET_ACCESS_KEY");
            if (id.isEmpty() || key.isEmpty()) {
                return new Rewrite.Refused("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not both there");
            }
            try (Secret shownId = id.get();
                    Secret shownKey = key.get()) {
                return signed(request, text(shownId), text(shownKey));
            } catch (GeneralSecurityException unavailable) {
                return new Rewrite.Refused("HMAC-SHA256 is not available");
            }
        }

        private Rewrite signed(RequestPart.Whole request, String id, String key) throws GeneralSecurityException {
            Instant now = clock.instant();
            String time = TIME.format(now);
            String scope = time.substring(0, 8) + "/" + options.region() + "/" + options.service() + "/aws4_request";
            TreeMap<String, String> signed = new TreeMap<>();
            signed.put("host", request.authority());
            signed.put("x-amz-date", time);
            String names = String.join(";", signed.keySet());
            String toSign =
                    String.join("\n", ALGORITHM, time, scope, hex(sha256(bytes(canonical(request, signed, names)))));
            byte[] signature = signingKey(key, time.substring(0, 8), toSign);
            String authorization = ALGORITHM + " Credential=" + id + "/" + scope + ", SignedHeaders=" + names
                    + ", Signature=" + hex(signature);
            return new Rewrite.Signed(List.of(
                    new SignedField("X-Amz-Date", Secret.owning(bytes(time))),
                    new SignedField("Authorization", Secret.owning(bytes(authorization)))));
        }

        private byte[] signingKey(String key, String day, String toSign) throws GeneralSecurityException {
            byte[] derived = bytes("AWS4" + key);
            for (String step : List.of(day, options.region(), options.service(), "aws4_request", toSign)) {
                derived = hmac(derived, step);
            }
            return derived;
        }

        private static String canonical(RequestPart.Whole request, TreeMap<String, String> signed, String names)
                throws GeneralSecurityException {
            String[] target = request.target().split("\\?", 2);
            StringBuilder fields = new StringBuilder();
            signed.forEach((name, value) ->
                    fields.append(name).append(':').append(value).append('\n'));
            return String.join(
                    "\n",
                    request.method(),
                    target[0],
                    target.length > 1 ? target[1] : "",
                    fields.toString(),
                    names,
                    hex(sha256(copy(request.body()))));
        }

        private static String text(Secret secret) {
            StringBuilder text = new StringBuilder();
            secret.reveal(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
            return text.toString();
        }

        private static byte[] copy(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }

        private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }

        private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        }
    }
}
