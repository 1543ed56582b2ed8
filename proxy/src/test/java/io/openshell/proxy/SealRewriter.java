package io.openshell.proxy;

import io.openshell.api.config.Compilation;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A small rewriter for tests: it seals a request with the secret SEAL and the length of its body, or does what it must not. */
public final class SealRewriter implements CredentialRewriterFactory<SealRewriter.Options> {

    /** @param seal how it behaves; absent for as it should */
    public record Options(@Nullable String seal) {}

    @Override
    public String name() {
        return "seal";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<CredentialRewriter> create(Options options) {
        String seal = options.seal();
        return Compilation.of(new Rewriter(seal == null ? "" : seal));
    }

    private record Rewriter(String behaviour) implements CredentialRewriter {

        @Override
        public Set<String> ownFields() {
            return Set.of("authorization", "x-seal");
        }

        @Override
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return new BodyNeed.Whole(behaviour.equals("hash") ? 10 << 20 : 20);
        }

        @Override
        @SuppressWarnings("NullAway") // one of them breaks the contract
        public Rewrite rewrite(RequestPart part, Vault vault) {
            RequestPart.Whole request = (RequestPart.Whole) part;
            Optional<Secret> key = vault.resolve("SEAL");
            return switch (behaviour) {
                case "null" -> null;
                case "throws" -> throw new IllegalStateException("not today");
                case "foreign" -> new Rewrite.Signed(List.of(field("x-other", "x")));
                case "placeholder" -> new Rewrite.Signed(List.of(field("x-seal", "openshell:resolve:env:TOKEN")));
                case "line" -> new Rewrite.Signed(List.of(field("x-seal", "a\r\nX-More: b")));
                case "wrong kind" -> new Rewrite.Rewritten(secret("x"));
                case "untouched" -> new Rewrite.Untouched();
                case "hash" ->
                    new Rewrite.Signed(
                            List.of(field("x-seal", request.bodySha256().orElse("none"))));
                default -> key.isEmpty() ? new Rewrite.Refused("no SEAL for here") : sealed(request, key.get());
            };
        }

        private static Rewrite sealed(RequestPart.Whole request, Secret key) {
            try (key) {
                StringBuilder text = new StringBuilder(request.method() + " " + request.target() + " "
                        + request.body().remaining() + " ");
                key.reveal(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
                return new Rewrite.Signed(List.of(field("X-Seal", text.toString())));
            }
        }

        private static SignedField field(String name, String value) {
            return new SignedField(name, secret(value));
        }

        private static Secret secret(String value) {
            return Secret.owning(value.getBytes(StandardCharsets.UTF_8));
        }
    }
}
